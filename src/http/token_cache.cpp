#include "http/token_cache.hpp"

namespace decima::http {

void TokenCache::follow(const Keys& keys) {
  if (keys == keys_) return;
  young_.clear();
  old_.clear();
  keys_ = keys;
}

std::optional<Caller> TokenCache::find(const Sha256& token, const Keys& keys, Time now) {
  const std::lock_guard lock(mutex_);
  follow(keys);
  for (const Generation* generation : {&young_, &old_}) {
    const auto found = generation->find(token);
    if (found != generation->end() && now < found->second.until) return found->second.caller;
  }
  return std::nullopt;
}

void TokenCache::keep(const Sha256& token, const Keys& keys, const JwtAnswer& good) {
  const std::lock_guard lock(mutex_);
  follow(keys);
  if (young_.size() >= most_) {
    old_ = std::move(young_);
    young_.clear();
  }
  young_.insert_or_assign(token, Known{good.caller, good.until});
}

}  // namespace decima::http
