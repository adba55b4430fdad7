#pragma once
#include <string>
#include <string_view>

#include "http/request.hpp"

/// How a request is followed through logs and other services.
namespace decima::http {

/// The client's X-Request-Id if it is short and printable, else a new one.
std::string request_id(const Request& request);

/// The W3C traceparent of the request; empty when it has none that is valid.
std::string_view traceparent(const Request& request);

}  // namespace decima::http
