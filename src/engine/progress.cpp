#include <algorithm>

#include "engine/context.hpp"

namespace decima::engine {

void Progress::begin(std::uint64_t units, std::uint64_t ticks) {
  before_ = done();
  units_ = units;
  expected_ticks_ = ticks;
  ticks_.store(0, std::memory_order_relaxed);
}

void Progress::end() {
  raise_to(before_ + units_);
  units_ = expected_ticks_ = 0;
}

void Progress::tick(std::uint64_t ticks) {
  if (expected_ticks_ == 0) return;
  const std::uint64_t counted = ticks_.fetch_add(ticks, std::memory_order_relaxed) + ticks;
  const double part = std::min(1.0, static_cast<double>(counted) / static_cast<double>(expected_ticks_));
  raise_to(before_ + std::min(units_, static_cast<std::uint64_t>(part * static_cast<double>(units_))));
}

/// Threads may come here in another order than they counted.
void Progress::raise_to(std::uint64_t done) {
  std::uint64_t known = done_.load(std::memory_order_relaxed);
  while (known < done && !done_.compare_exchange_weak(known, done, std::memory_order_relaxed)) {
  }
}

}  // namespace decima::engine
