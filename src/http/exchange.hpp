#pragma once
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "core/service.hpp"
#include "http/access.hpp"
#include "http/access_log.hpp"
#include "http/call.hpp"
#include "http/routes.hpp"

namespace decima::http {

/// Who is at the other end of a connection.
struct Peer {
  std::string shown;               ///< for logs, with its port
  std::optional<Address> address;  ///< nothing on a Unix socket
};

/// One request and what becomes of it, apart from how its bytes travel: which route, which handler, which identity in
/// the logs. One object serves a connection's requests one after another.
class Exchange {
 public:
  Exchange(core::Service& service, const Settings& settings, Router& router, Access& access, AccessLog& log, Peer peer)
      : service_(service), settings_(settings), router_(router), access_(access), log_(log), peer_(std::move(peer)) {}

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

  /// Adds to a response of this request what does not depend on its route: how the client stands with its limits, and
  /// which pages may read it. Before its head is sent.
  void dress(Response& response);

  const std::string& id() const { return id_; }

 private:
  void start(const Request& request);
  std::optional<Response> admit();
  std::optional<Response> meter();
  std::optional<Response> authorize();

  core::Service& service_;
  const Settings& settings_;
  Router& router_;
  Access& access_;
  AccessLog& log_;
  const Peer peer_;

  const Request* request_ = nullptr;
  Target target_;
  Router::Match match_;
  std::optional<Call> call_;
  std::string id_;
  std::optional<Address> client_;  // as far as it has an address
  std::string forwarded_client_;   // the same as text, where it is not the peer
  Caller caller_;
  RateLimiter* limiter_ = nullptr;  // the one that this request counts for
  RateLimiter::Standing standing_;
  std::chrono::steady_clock::time_point started_;
};

}  // namespace decima::http
