#pragma once
#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

#include "core/job.hpp"

namespace decima::core {

/// Tells those who wait for a job, within this process, that its row has changed, so that they need not ask again and
/// again. A notice is a doorbell and not the news: it says which state the row came to, but by the time it is heard the
/// row may be further on, and what other processes do is not heard at all. So whoever listens looks at the row, and
/// looks anyway now and then.
///
/// What is promised: a change that is published after subscribe() returned is heard. One subscriber hears its calls one
/// after the other, in the order of publishing as far as one thread publishes; different subscribers are called by
/// whoever publishes, at the same time if it comes to that. Nothing is kept for those who come later, and nothing piles
/// up: memory is that of the subscriptions.
///
/// What is asked: a callback returns at once and does not throw, for it runs on the thread that did the work; it does
/// little more than wake somebody, and remembers many calls as one. It may end its own subscription, and no other.
class Notices {
 public:
  /// `state` is what the row came to, as far as the publisher knew.
  using Callback = std::function<void(State state)>;

  class Subscription;

  /// The callback is called for changes of this job until the subscription ends.
  [[nodiscard]] Subscription subscribe(const Identity& identity, Callback callback);

  /// From any thread, after the change was committed. Costs one look at a counter when nobody listens.
  void publish(const Identity& identity, State state);
  /// Some jobs came to this state, and it is not known which: all who listen are told.
  void publish_to_all(State state);

  std::size_t subscriptions() const { return count_; }

 private:
  struct Listener;
  using Listeners = std::unordered_multimap<std::string, std::shared_ptr<Listener>>;

  void end(const std::shared_ptr<Listener>& listener);

  mutable std::mutex mutex_;
  Listeners listeners_;
  std::atomic<std::size_t> count_{0};
};

/// While this lives, its callback may be called. When its end returns, the callback is not running and never will
/// again, unless it is the callback itself that ended it. Must not outlive its Notices.
class Notices::Subscription {
 public:
  Subscription() = default;
  Subscription(Subscription&& other) noexcept { swap(other); }
  Subscription& operator=(Subscription&& other) noexcept {
    Subscription(std::move(other)).swap(*this);
    return *this;
  }
  ~Subscription();

 private:
  friend class Notices;
  Subscription(Notices& notices, std::shared_ptr<Listener> listener)
      : notices_(&notices), listener_(std::move(listener)) {}
  void swap(Subscription& other) noexcept {
    std::swap(notices_, other.notices_);
    std::swap(listener_, other.listener_);
  }

  Notices* notices_ = nullptr;
  std::shared_ptr<Listener> listener_;
};

}  // namespace decima::core
