#include "core/notices.hpp"

#include <algorithm>
#include <vector>

namespace decima::core {

/// Its mutex is held while the callback runs, and by whoever ends it; a callback that ends itself holds it twice.
struct Notices::Listener {
  Listener(const Identity& identity, Callback called) : job(identity.text()), callback(std::move(called)) {}

  void call(State state) {
    const std::lock_guard lock(mutex);
    if (!ended) callback(state);
  }
  void end() {
    const std::lock_guard lock(mutex);
    ended = true;
  }

  const std::string job;
  std::recursive_mutex mutex;
  bool ended = false;
  const Callback callback;
};

Notices::Subscription Notices::subscribe(const Identity& identity, Callback callback) {
  auto listener = std::make_shared<Listener>(identity, std::move(callback));
  const std::lock_guard lock(mutex_);
  listeners_.emplace(listener->job, listener);
  count_++;
  return {*this, std::move(listener)};
}

void Notices::end(const std::shared_ptr<Listener>& listener) {
  {
    const std::lock_guard lock(mutex_);
    const auto [first, last] = listeners_.equal_range(listener->job);
    const auto found = std::find_if(first, last, [&](const auto& entry) { return entry.second == listener; });
    listeners_.erase(found);
    count_--;
  }
  listener->end();
}

// Callbacks are called without the lock: they may subscribe and end, and a slow one keeps nobody from subscribing.
void Notices::publish(const Identity& identity, State state) {
  if (count_ == 0) return;
  std::vector<std::shared_ptr<Listener>> called;
  {
    const std::lock_guard lock(mutex_);
    const auto [first, last] = listeners_.equal_range(identity.text());
    for (auto at = first; at != last; ++at) called.push_back(at->second);
  }
  for (const auto& listener : called) listener->call(state);
}

void Notices::publish_to_all(State state) {
  if (count_ == 0) return;
  std::vector<std::shared_ptr<Listener>> called;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [job, listener] : listeners_) called.push_back(listener);
  }
  for (const auto& listener : called) listener->call(state);
}

Notices::Subscription::~Subscription() {
  if (listener_) notices_->end(listener_);
}

}  // namespace decima::core
