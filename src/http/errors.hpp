#pragma once
#include <boost/json/object.hpp>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "http/response.hpp"

namespace decima::http {

/// The forms in which a route's clients read errors.
enum class Shape : std::uint8_t {
  problem,   ///< RFC 9457: the jobs API
  envelope,  ///< {"code","status","message","data"}: the factorial routes
};

/// Status and text by error.def, in the given form; with Retry-After, in seconds, where trying again may help.
Response error_response(Shape shape, const Error& error, std::uint64_t retry_after = 1);

/// {"type":...,"title":...,"status":...,"detail":...}
boost::json::object problem_json(const Error& error);

/// {"code":...,"status":"ok" or "fail","message":...,"data":...}: `data` is JSON, `message` plain text.
std::string envelope(int code, std::string_view status, std::string_view message, std::string_view data);

}  // namespace decima::http
