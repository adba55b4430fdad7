#pragma once
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"

namespace decima::app {

struct HttpRequest {
  std::string method = "GET";
  std::string path;  ///< with its query
  std::string body = {};
  std::vector<std::string> fields = {};  ///< "Name: value"
  /// Within which the body must begin, or the server counts as unavailable.
  std::optional<Duration> body_within = {};
};

struct HttpReply {
  int status = 0;
  std::map<std::string, std::string> fields;  ///< by name in lower case
  std::string body;                           ///< empty where the pieces were taken

  std::string field(const std::string& name) const;
};

/// Takes the body of a 2xx answer piece by piece, whose status and fields have come; what it answers ends the exchange.
using TakeBody = std::function<Result<>(const HttpReply& head, std::string_view piece)>;

/// One server, asked over HTTP or HTTPS, on a connection that is kept. For one thread. Requested to stop, it gives
/// Code::stopped within a second; a server that cannot be reached, or that breaks off, is Code::unavailable.
class HttpClient {
 public:
  struct Server {
    std::string url;          ///< "http://HOST:PORT", "https://…", "HOST:PORT" or "unix:PATH"
    std::string key;          ///< sent as a bearer token; may be empty
    std::string authorities;  ///< PEM file of those who may vouch for it; empty for the system's
  };
  /// Whether a server can be named so. Credentials have no place in its name, which is shown.
  static Result<> check_url(const std::string& url);

  HttpClient(Server server, std::stop_token stop);
  ~HttpClient();
  HttpClient(HttpClient&&) noexcept;
  HttpClient& operator=(HttpClient&&) noexcept;

  const std::string& url() const;
  /// An answer, whatever its status. Without `take` its body is held, up to 64 MiB.
  Result<HttpReply> ask(const HttpRequest& request, const TakeBody& take = {});

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// As a segment of a path or a value of a query.
std::string percent_encoded(std::string_view text);

}  // namespace decima::app
