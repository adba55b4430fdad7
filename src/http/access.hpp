#pragma once
#include <memory>
#include <mutex>
#include <optional>
#include <string_view>

#include "http/access_settings.hpp"
#include "http/api_keys.hpp"
#include "http/jwks.hpp"
#include "http/rate_limit.hpp"
#include "http/request.hpp"
#include "http/scope.hpp"
#include "http/token_cache.hpp"

namespace decima::http {

/// What every request passes before its route, whatever connection it comes through. Any thread may call.
class Access {
 public:
  explicit Access(AccessSettings settings);

  /// Reads the files of keys; the old stay when one cannot be read.
  Result<> load();

  const AccessSettings& settings() const { return settings_; }
  bool required() const { return settings_.required; }
  bool behind_proxies() const { return !settings_.trusted.networks.empty() || settings_.trusted.unix_sockets; }

  /// nullptr where there is no limit.
  RateLimiter* limiter(Method method);

  /// Who presents these credentials; the error is unauthorized, or busy while the keys are being fetched that may
  /// know him.
  Result<Caller> identify(const Request& request, Time now);

 private:
  Result<Caller> identify_key(std::string_view secret, Time now) const;
  Result<Caller> identify_token(std::string_view token, Time now);

  const AccessSettings settings_;
  std::optional<RateLimiter> reads_, writes_;
  std::optional<Jwks> jwks_;
  TokenCache tokens_;
  mutable std::mutex mutex_;
  std::shared_ptr<const ApiKeys> keys_ = std::make_shared<ApiKeys>();
};

/// What stands behind the word Bearer in an Authorization field, or in X-API-Key; empty when there is neither. Two of
/// them are none: nobody should have to guess which one counts.
std::string_view credential_of(const Request& request);

}  // namespace decima::http
