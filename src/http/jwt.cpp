#include "http/jwt.hpp"

#include <jwt.h>

#include <algorithm>
#include <boost/json/parse.hpp>
#include <cmath>
#include <optional>

#include "base/text.hpp"
#include "http/base64url.hpp"
#include "http/request.hpp"

namespace decima::http {
namespace {

namespace json = boost::json;

constexpr std::size_t longest_token = 8 << 10;
constexpr std::size_t deepest = 16;
constexpr std::size_t longest_name = 128;
/// How far the issuer's clock may be from ours.
constexpr double leeway_seconds = 30;
/// Later times do not fit; a token that claims one is checked again by then.
constexpr double latest_seconds = 1e11;

struct Parts {
  json::object header, claims;
};

std::optional<json::object> read_part(std::string_view text) {
  const auto bytes = from_base64url(text);
  if (!bytes) return std::nullopt;
  json::parse_options options;
  options.max_depth = deepest;
  boost::system::error_code error;
  json::value value = json::parse({bytes->data(), bytes->size()}, error, {}, options);
  if (error || !value.is_object()) return std::nullopt;
  return std::move(value.get_object());
}

std::optional<Parts> read_parts(std::string_view token) {
  if (token.size() > longest_token) return std::nullopt;
  const auto parts = split(token, '.');
  if (parts.size() != 3 || !from_base64url(parts[2])) return std::nullopt;
  auto header = read_part(parts[0]), claims = read_part(parts[1]);
  if (!header || !claims) return std::nullopt;
  return Parts{std::move(*header), std::move(*claims)};
}

std::string_view text_of(const json::value* value) {
  const json::string* text = value ? value->if_string() : nullptr;
  return text ? std::string_view(text->data(), text->size()) : std::string_view();
}

std::optional<double> seconds_of(const json::value* value) {
  if (!value || !value->is_number()) return std::nullopt;
  const double seconds = value->to_number<double>();
  if (!std::isfinite(seconds)) return std::nullopt;
  return seconds;
}

std::optional<JwtAlgorithm> algorithm_of(const json::object& header) {
  const std::string_view name = text_of(header.if_contains("alg"));
  if (name == "RS256") return JwtAlgorithm::rs256;
  if (name == "ES256") return JwtAlgorithm::es256;
  return std::nullopt;
}

/// The key with the token's id; for a token without one, the only key that could be meant.
const JwtKey* key_for(const json::object& header, JwtAlgorithm algorithm, const JwtKeys& keys) {
  const json::value* id = header.if_contains("kid");
  const JwtKey* found = nullptr;
  for (const JwtKey& key : keys) {
    if (key.algorithm != algorithm || (id && key.id != text_of(id))) continue;
    if (found) return nullptr;
    found = &key;
  }
  return found;
}

/// libjwt goes by the algorithm that the token itself names, so that a token could have a public key taken for a shared
/// secret; hence the look at what it went by.
bool signed_with(std::string_view token, const JwtKey& key) {
  jwt_t* raw = nullptr;
  const std::string terminated(token);
  const int failed = jwt_decode(&raw, terminated.c_str(), reinterpret_cast<const unsigned char*>(key.pem.data()),
                                static_cast<int>(key.pem.size()));
  const std::unique_ptr<jwt_t, void (*)(jwt_t*)> decoded(raw, jwt_free);
  const jwt_alg_t expected = key.algorithm == JwtAlgorithm::rs256 ? JWT_ALG_RS256 : JWT_ALG_ES256;
  return failed == 0 && decoded && jwt_get_alg(decoded.get()) == expected;
}

bool is_audience(const json::value* claim, const std::string& audience) {
  if (!claim) return false;
  if (const json::array* several = claim->if_array())
    return std::any_of(several->begin(), several->end(),
                       [&](const json::value& one) { return text_of(&one) == audience; });
  return text_of(claim) == audience;
}

/// Empty when all claims are as they should be.
std::string_view problem_of(const json::object& claims, const JwtRules& rules, Time now) {
  const double seconds = std::chrono::duration<double>(now.time_since_epoch()).count();
  const auto expiry = seconds_of(claims.if_contains("exp"));
  if (!expiry) return "the token does not say when it expires";
  if (seconds >= *expiry + leeway_seconds) return "the token has expired";
  if (const json::value* begin = claims.if_contains("nbf")) {
    const auto from = seconds_of(begin);
    if (!from || seconds < *from - leeway_seconds) return "the token is not valid yet";
  }
  if (text_of(claims.if_contains("iss")) != rules.issuer) return "the token has another issuer";
  if (!is_audience(claims.if_contains("aud"), rules.audience)) return "the token is for another audience";
  return {};
}

Scope scope_of(std::string_view words) {
  Scope greatest = Scope::open;
  for (const std::string_view word : split(words, ' '))
    if (const auto scope = scope_named(word)) greatest = std::max(greatest, *scope);
  return greatest;
}

/// A name for logs: as much of it as is harmless there.
std::string name_of(std::string_view subject) {
  std::string name(subject.substr(0, longest_name));
  for (char& c : name)
    if (c <= ' ' || c > '~') c = '?';
  return name;
}

/// When the token of these claims, which were found good, expires.
Time until(const json::object& claims) {
  const double seconds = seconds_of(claims.if_contains("exp")).value_or(0) + leeway_seconds;
  return Time(Duration(static_cast<std::int64_t>(std::min(seconds, latest_seconds) * 1000)));
}

JwtAnswer refused(std::string_view reason) { return {JwtVerdict::refused, {}, reason}; }

}  // namespace

JwtAnswer check_jwt(std::string_view token, const JwtKeys& keys, const JwtRules& rules, Time now) {
  const auto parts = read_parts(token);
  if (!parts) return refused("this is no token");
  const auto algorithm = algorithm_of(parts->header);
  if (!algorithm) return refused("the token is not signed with RS256 or ES256");
  if (parts->header.contains("crit")) return refused("the token asks for what is not understood here");
  // libjwt takes no other, so that its signature would seem to be wrong.
  if (const json::value* type = parts->header.if_contains("typ"); type && !same_word(text_of(type), "JWT"))
    return refused("the token is of another type than JWT");
  const JwtKey* key = key_for(parts->header, *algorithm, keys);
  if (!key) return {JwtVerdict::unknown_key, {}, "the token's key is not known here"};
  if (!signed_with(token, *key)) return refused("the token's signature is wrong");
  if (const std::string_view problem = problem_of(parts->claims, rules, now); !problem.empty()) return refused(problem);
  return {JwtVerdict::good,
          {name_of(text_of(parts->claims.if_contains("sub"))), scope_of(text_of(parts->claims.if_contains("scope")))},
          {},
          until(parts->claims)};
}

}  // namespace decima::http
