#pragma once
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <stop_token>

namespace decima::core {

/// Memory that computations share: each takes what its estimate says before it starts and waits while there is none.
class MemoryGate {
 public:
  explicit MemoryGate(std::uint64_t bytes) : free_(bytes) {}

  /// Holds `bytes` of the gate while it lives. Waits for them; `granted` is false when stopped first.
  class Pass {
   public:
    Pass(MemoryGate& gate, std::uint64_t bytes, const std::stop_token& stop) : gate_(gate), bytes_(bytes) {
      std::unique_lock lock(gate_.mutex_);
      granted_ = gate_.freed_.wait(lock, stop, [this] { return gate_.free_ >= bytes_; });
      if (granted_) gate_.free_ -= bytes_;
    }
    ~Pass() {
      if (!granted_) return;
      {
        const std::lock_guard lock(gate_.mutex_);
        gate_.free_ += bytes_;
      }
      gate_.freed_.notify_all();
    }
    Pass(const Pass&) = delete;
    Pass& operator=(const Pass&) = delete;
    bool granted() const { return granted_; }

   private:
    MemoryGate& gate_;
    std::uint64_t bytes_;
    bool granted_;
  };

 private:
  std::mutex mutex_;
  std::condition_variable_any freed_;
  std::uint64_t free_;
};

}  // namespace decima::core
