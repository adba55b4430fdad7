#pragma once
#include <atomic>
#include <cstdint>

/// How far a thread computes between two looks at its stop token, in words passed over: the measure of how soon a stop
/// is honoured that no busy machine distorts. What passes over words says so with `did`, wherever a look may be far
/// away; Context::stopping() is the look. A test reads the longest stretch afterwards. Costs an addition for each loop.
namespace decima::engine::stretch {

inline thread_local std::uint64_t words = 0;
inline std::atomic<std::uint64_t> longest{0};

inline void did(std::uint64_t more) { words += more; }

/// What is done after a stop was seen belongs to the stretch before it.
inline void looked(bool stop_seen) {
  std::uint64_t known = longest.load(std::memory_order_relaxed);
  while (known < words && !longest.compare_exchange_weak(known, words, std::memory_order_relaxed)) {
  }
  if (!stop_seen) words = 0;
}

}  // namespace decima::engine::stretch
