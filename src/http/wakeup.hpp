#pragma once
#include <atomic>
#include <functional>
#include <memory>

#include "http/asio.hpp"

namespace decima::http {

/// Lets a coroutine rest until a moment, or until somebody on any thread wakes it. Many calls are one, and one that
/// comes while it is not resting ends its next rest at once. It may also wake for nothing, so it looks what there is.
class Wakeup {
 public:
  explicit Wakeup(const Executor& executor) : state_(std::make_shared<State>(executor)) {}

  /// On the coroutine's own thread.
  Awaitable<> wait_until(SteadyClock::time_point moment);

  void wake() const { wake(state_); }
  /// The same for whoever may call after this is gone, though not after its io_context is.
  std::function<void()> waker() const {
    return [state = state_] { wake(state); };
  }

 private:
  struct State {
    explicit State(const Executor& executor) : timer(executor) {}
    Timer timer;
    std::atomic<bool> woken{false};
  };
  static void wake(const std::shared_ptr<State>& state);

  std::shared_ptr<State> state_;
};

}  // namespace decima::http
