#pragma once
#include <condition_variable>
#include <mutex>
#include <utility>

#include "base/clock.hpp"

namespace decima::core {

/// Wakes one waiting thread in this process early. Rings that nobody waits for are remembered as one.
class Doorbell {
 public:
  void ring() {
    {
      const std::lock_guard lock(mutex_);
      rung_ = true;
    }
    condition_.notify_one();
  }

  /// Returns when rung, or after `longest`; whether it was rung.
  bool wait(Duration longest) {
    std::unique_lock lock(mutex_);
    condition_.wait_for(lock, longest, [this] { return rung_; });
    return std::exchange(rung_, false);
  }

 private:
  std::mutex mutex_;
  std::condition_variable condition_;
  bool rung_ = false;
};

}  // namespace decima::core
