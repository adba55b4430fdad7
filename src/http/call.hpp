#pragma once
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "core/service.hpp"
#include "http/errors.hpp"
#include "http/request.hpp"
#include "http/response.hpp"
#include "http/settings.hpp"
#include "http/target.hpp"

namespace decima::http {

/// What a handler gets: the request, taken apart. Lives until the response is made, also across the pool.
struct Call {
  core::Service& service;
  const Settings& settings;
  const Request& request;
  const Target& target;
  std::string_view parameter;  ///< what stands where the route's pattern says {...}, decoded
  std::string_view trace;      ///< the request's traceparent, or empty
  Shape errors = Shape::problem;

  /// An error in the form that this route's clients read.
  Response refuse(const Error& error) const { return error_response(errors, error); }
};

/// The part of an answer that may block; done on the pool. While its response is provisional, it is done again when
/// `job` has come to an end, or might have, until `patience` has run out.
struct Work {
  std::function<Response()> make;
  Duration patience{0};
  std::optional<core::Identity> job = {};
};

/// What a handler gives: a response, if it has one without blocking, or else the work that makes one.
using Answer = std::variant<Response, Work>;

using Handler = Answer (*)(const Call&);

}  // namespace decima::http
