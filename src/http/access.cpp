#include "http/access.hpp"

#include <algorithm>

namespace decima::http {
namespace {

constexpr std::string_view scheme = "Bearer ";

}  // namespace

std::string_view credential_of(const Request& request) {
  if (request.count("Authorization") + request.count("X-API-Key") != 1) return {};
  const std::string_view key = request.field("X-API-Key");
  if (!key.empty()) return key;
  const std::string_view field = request.field("Authorization");
  if (!same_word(field.substr(0, scheme.size()), scheme)) return {};
  return trimmed(field.substr(scheme.size()));
}

Access::Access(AccessSettings settings) : settings_(std::move(settings)) {
  if (settings_.reads) reads_.emplace(*settings_.reads);
  if (settings_.writes) writes_.emplace(*settings_.writes);
  if (!settings_.jwt_keys.empty()) jwks_.emplace(settings_.jwt_keys);
}

Result<> Access::load() {
  if (!settings_.required) return Done{};
  if (!settings_.api_keys_file.empty()) {
    auto fresh = ApiKeys::read(settings_.api_keys_file);
    if (!fresh) return fresh.error();
    auto shared = std::make_shared<const ApiKeys>(std::move(*fresh));
    const std::lock_guard lock(mutex_);
    keys_ = std::move(shared);
  }
  return jwks_ ? jwks_->load() : Done{};
}

RateLimiter* Access::limiter(Method method) {
  const bool reading = method == Method::get || method == Method::head || method == Method::options;
  std::optional<RateLimiter>& limiter = reading ? reads_ : writes_;
  return limiter ? &*limiter : nullptr;
}

Result<Caller> Access::identify(const Request& request, Time now) {
  const std::string_view credential = credential_of(request);
  if (credential.empty())
    return Error{Code::unauthorized, "an API key or token is needed: Authorization: Bearer ..., or X-API-Key"};
  // A token has two dots, a key none.
  const bool is_token = std::count(credential.begin(), credential.end(), '.') == 2;
  return is_token && jwks_ ? identify_token(credential, now) : identify_key(credential, now);
}

Result<Caller> Access::identify_key(std::string_view secret, Time now) const {
  std::shared_ptr<const ApiKeys> keys;
  {
    const std::lock_guard lock(mutex_);
    keys = keys_;
  }
  if (auto caller = keys->find(secret, now)) return std::move(*caller);
  return Error{Code::unauthorized, "this key does not open anything here"};
}

Result<Caller> Access::identify_token(std::string_view token, Time now) {
  const TokenCache::Keys keys = jwks_->keys();
  const Sha256 hash = sha256(token);
  if (auto known = tokens_.find(hash, keys, now)) return std::move(*known);
  JwtAnswer answer = check_jwt(token, *keys, settings_.jwt_rules, now);
  if (answer.verdict == JwtVerdict::good) {
    tokens_.keep(hash, keys, answer);
    return std::move(answer.caller);
  }
  if (answer.verdict == JwtVerdict::unknown_key && jwks_->look_again())
    return Error{Code::busy, "the keys that tokens are signed with are being fetched"};
  return Error{Code::unauthorized, std::string(answer.reason)};
}

}  // namespace decima::http
