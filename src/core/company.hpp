#pragma once
#include <condition_variable>
#include <mutex>

namespace decima::core {

/// Lets some work beside each other and some alone, for std::shared_lock and std::unique_lock. Who wants to be alone
/// waits only for those who are in: nobody new comes in before.
class Company {
 public:
  void lock_shared() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return !alone_ && wanting_ == 0; });
    beside_++;
  }
  void unlock_shared() {
    const std::lock_guard lock(mutex_);
    if (--beside_ == 0) changed_.notify_all();
  }
  void lock() {
    std::unique_lock lock(mutex_);
    wanting_++;
    changed_.wait(lock, [this] { return !alone_ && beside_ == 0; });
    wanting_--;
    alone_ = true;
  }
  void unlock() {
    const std::lock_guard lock(mutex_);
    alone_ = false;
    changed_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  unsigned beside_ = 0, wanting_ = 0;
  bool alone_ = false;
};

}  // namespace decima::core
