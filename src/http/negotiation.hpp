#pragma once
#include <string_view>

#include "base/clock.hpp"

/// What a client says about copies it has and forms it takes.
namespace decima::http {

/// Whether a list of entity tags ("a", W/"b", or *) names this one. `etag` is given with its quotes; weak ones are
/// equal to strong ones here, as If-None-Match compares.
bool lists_etag(std::string_view field, std::string_view etag);

/// Whether an Accept-Encoding field takes gzip, and does not like it less than the plain text.
bool accepts_gzip(std::string_view field);

/// The wait of a Prefer field ("respond-async, wait=10": seconds), at most `longest`; 0 when it has none.
Duration preferred_wait(std::string_view field, Duration longest);

}  // namespace decima::http
