#pragma once
#include <cstdint>
#include <string_view>

#include "base/clock.hpp"
#include "http/request.hpp"

/// What a client says about copies it has and forms it takes.
namespace decima::http {

/// What If-Match and If-None-Match make of an answer (RFC 9110, 13.2.2), whose entity tag is given with its quotes.
enum class Precondition : std::uint8_t {
  holds,
  client_has_it,  ///< 304, for GET and HEAD
  fails,          ///< 412
};
Precondition precondition(const Request& request, std::string_view etag);

/// Whether an Accept-Encoding field takes gzip, and does not like it less than the plain text.
bool accepts_gzip(std::string_view field);

/// The wait of a Prefer field ("respond-async, wait=10": seconds), at most `longest`; 0 when it has none.
Duration preferred_wait(std::string_view field, Duration longest);

}  // namespace decima::http
