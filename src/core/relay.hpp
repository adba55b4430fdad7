#pragma once
#include <stop_token>

#include "core/doorbell.hpp"
#include "core/ports.hpp"

namespace decima::core {

/// Carries bells from the rows to the queue, apart from the requests that made them: a submit never waits for a broker.
/// Rings what was never rung, what rests no longer, and again what was rung long ago and is still queued.
class Relay {
 public:
  Relay(const Ports& ports, Doorbell& bell) : ports_(ports), bell_(bell) {}

  /// Rings until stopped. The doorbell wakes it at once; without it, it looks once a second.
  void run(const std::stop_token& stop);

  /// Rings one batch of those that are due now; how many.
  Result<std::size_t> sweep();

 private:
  Ports ports_;
  Doorbell& bell_;
};

}  // namespace decima::core
