#pragma once
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "core/service.hpp"
#include "http/access_log.hpp"
#include "http/call.hpp"
#include "http/routes.hpp"

namespace decima::http {

/// One request and what becomes of it, apart from how its bytes travel: which route, which handler, which identity in
/// the logs. One object serves a connection's requests one after another.
class Exchange {
 public:
  Exchange(core::Service& service, const Settings& settings, Router& router, AccessLog& log, std::string client)
      : service_(service), settings_(settings), router_(router), log_(log), client_(std::move(client)) {}

  /// Looks at the head of a request, which must stay valid until finish(). A response here is one that needs no body:
  /// there is no such path, or the request is not to be served at all.
  std::optional<Response> begin(const Request& request);

  /// The same for a request that broke off or cannot be read: the response tells why, in the form of the route as far
  /// as that is known.
  Response begin_broken(const Request& request, const Error& error);

  /// The route's answer, once the body is there. What it throws becomes a 500.
  Answer answer();
  /// Does the part of an answer that may block.
  Response perform(const Work& work) const;

  /// An error outside of any handler, in the form that the route's clients read.
  Response refuse(const Error& error) const { return error_response(match_.errors, error); }

  /// Counts and logs it, when its last byte was sent.
  void finish(const Response& response, std::uint64_t sent_bytes);

  const std::string& id() const { return id_; }

 private:
  void start(const Request& request);

  core::Service& service_;
  const Settings& settings_;
  Router& router_;
  AccessLog& log_;
  std::string client_;

  const Request* request_ = nullptr;
  Target target_;
  Router::Match match_;
  std::optional<Call> call_;
  std::string id_;
  std::chrono::steady_clock::time_point started_;
};

}  // namespace decima::http
