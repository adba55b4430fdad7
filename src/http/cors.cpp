#include "http/cors.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "http/response.hpp"

namespace decima::http {
namespace {

constexpr std::string_view exposed =
    "Accept-Ranges, Content-Range, ETag, Link, Location, Preference-Applied, Repr-Digest, Retry-After, "
    "RateLimit-Limit, "
    "RateLimit-Policy, RateLimit-Remaining, RateLimit-Reset, WWW-Authenticate, X-Request-Id";
constexpr std::string_view accepted =
    "Authorization, Content-Type, If-Match, If-None-Match, If-Range, Last-Event-ID, Prefer, Range, X-API-Key, "
    "X-Request-Id, "
    "traceparent";
constexpr std::string_view seconds_to_remember = "600";

/// "https://host" or "https://host:port", nothing behind it.
bool is_origin(std::string_view text) {
  const std::size_t scheme = text.find("://");
  if (scheme == std::string_view::npos || scheme == 0) return false;
  const std::string_view rest = text.substr(scheme + 3);
  return !rest.empty() && rest.find_first_of("/?# \t*\"") == std::string_view::npos;
}

std::string_view host_of(std::string_view origin) {
  const std::size_t scheme = origin.find("://");
  return scheme == std::string_view::npos ? std::string_view() : origin.substr(scheme + 3);
}

bool writes(Method method) { return method != Method::get && method != Method::head && method != Method::options; }

}  // namespace

Result<Cors> Cors::parse(std::string_view text) {
  Cors cors;
  if (text == "none") return cors;
  for (const std::string_view part : split(text, ',')) {
    const std::string_view origin = trimmed(part);
    if (origin == "*")
      cors.everybody_ = true;
    else if (is_origin(origin))
      cors.origins_.emplace_back(origin);
    else
      return Error{Code::bad_setting,
                   "\"" + std::string(origin) + "\" is no origin such as https://example.org, nor * or none"};
  }
  return cors;
}

bool Cors::allows(std::string_view origin) const {
  return everybody_ || std::any_of(origins_.begin(), origins_.end(),
                                   [&](const std::string& allowed) { return same_word(allowed, origin); });
}

bool Cors::forged(const Request& request, const Hosts& hosts) const {
  if (!writes(request.method) && request.field("Upgrade").empty()) return false;
  const std::string_view origin = request.field("Origin");
  if (origin.empty() || allows(origin)) return false;
  const std::string_view host = request.field("Host");
  return !same_word(host_of(origin), host) || !hosts.own(host);
}

void Cors::expose(const Request& request, Response& response) const {
  if (!everybody_ && origins_.empty()) return;
  if (!everybody_) response.field("Vary", "Origin");
  const std::string_view origin = request.field("Origin");
  if (origin.empty() || !allows(origin)) return;
  response.field("Access-Control-Allow-Origin", everybody_ ? "*" : origin);
  response.field("Access-Control-Expose-Headers", exposed);
}

void Cors::permit(const Request& request, std::string_view allow, Response& response) const {
  const std::string_view origin = request.field("Origin");
  if (origin.empty() || request.field("Access-Control-Request-Method").empty() || !allows(origin)) return;
  response.field("Access-Control-Allow-Methods", allow);
  response.field("Access-Control-Allow-Headers", accepted);
  response.field("Access-Control-Max-Age", seconds_to_remember);
}

}  // namespace decima::http
