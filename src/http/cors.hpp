#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "http/hosts.hpp"
#include "http/request.hpp"

namespace decima::http {

class Response;

/// Which web pages' scripts may use this server: cross-origin resource sharing, as browsers ask for it. Credentials
/// travel in fields that a script sets itself, never in cookies, so that "*" gives nobody what is not his.
class Cors {
 public:
  /// "none", "*", or origins separated by commas, "https://example.org,http://localhost:3000".
  static Result<Cors> parse(std::string_view text);

  bool allows(std::string_view origin) const;
  /// Whether a page of another origin, that is not allowed, has its reader's browser send this: what would change
  /// something, since a browser sends simple requests before it asks, or an upgrade, for which it never asks. A page is
  /// of the server's own origin only under a name of its own.
  bool forged(const Request& request, const Hosts& hosts) const;

  /// Adds to any answer what lets an allowed page read it.
  void expose(const Request& request, Response& response) const;
  /// The answer's further fields where this OPTIONS asks for leave to send another request. `allow` names the path's
  /// methods.
  void permit(const Request& request, std::string_view allow, Response& response) const;

 private:
  bool everybody_ = false;
  std::vector<std::string> origins_;
};

}  // namespace decima::http
