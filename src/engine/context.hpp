#pragma once
#include <atomic>
#include <cstdint>
#include <stop_token>

namespace decima::engine {

class Arena;     // engine/arena.hpp: memory that stays touched between jobs, with a ceiling
class Executor;  // engine/executor.hpp: the threads a computation may use

/// Work units done so far, written by the computation and read by anyone. The total is the kind's estimate; rates
/// and times are the reader's affair, because the engine has no clock.
class Progress {
 public:
  void add(std::uint64_t units) { done_.fetch_add(units, std::memory_order_relaxed); }
  std::uint64_t done() const { return done_.load(std::memory_order_relaxed); }
  void reset() { done_.store(0, std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> done_{0};
};

/// All that a computation may touch besides its arguments. The caller owns every part and keeps it alive; one Context
/// serves one computation at a time.
struct Context {
  Arena& arena;
  Executor& executor;
  std::stop_token stop;
  Progress& progress;
};

}  // namespace decima::engine
