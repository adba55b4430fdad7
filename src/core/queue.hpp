#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/result.hpp"

namespace decima::core {

/// A doorbell: the text of names().message, and the trace it belongs to.
struct Message {
  std::string body;
  std::string trace;
  Time rank{};  ///< the lower, the sooner
};

/// A message as it came, with the adapter's own mark for acknowledging it.
struct Delivery {
  Message message;
  std::uint64_t tag = 0;
};

/// Carries messages from relay to worker: at least once, and in no promised order, though by their ranks where the
/// broker has a way to. A message is only a hint that a job may
/// be ready; the JobStore says what is true, so a lost or doubled one does no harm. Any thread may call any method.
///
/// Every error here is unavailable: the caller tries again later, and may assume nothing about what was in flight.
class Queue {
 public:
  virtual ~Queue() = default;
  /// Returns how many, counted from the front, are safe with the broker.
  virtual Result<std::size_t> publish(std::span<const Message> messages) = 0;
  /// Blocks up to `wait`; empty when nothing came, or when interrupted.
  virtual Result<std::optional<Delivery>> take(Duration wait) = 0;
  /// The delivery is dealt with. One that is never acknowledged is delivered again, some time.
  virtual Result<> acknowledge(const Delivery& delivery) = 0;
  /// Sets aside what nobody can work on, with the reason, and acknowledges it.
  virtual Result<> dead_letter(const Delivery& delivery, std::string_view why) = 0;
  /// Messages not yet taken.
  virtual Result<std::uint64_t> depth() = 0;
  /// Wakes every thread that waits in take, now and from now on: the program is about to end.
  virtual void interrupt() = 0;
  virtual Result<> ping() = 0;
};

}  // namespace decima::core
