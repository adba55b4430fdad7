#pragma once
#include <atomic>
#include <cstdint>
#include <stop_token>

#include "engine/stretch.hpp"

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

  /// A step of `units` begins, in which about `ticks` will be counted; one step at a time. Whatever is counted, the
  /// step adds up to its units, at the latest when it ends.
  void begin(std::uint64_t units, std::uint64_t ticks);
  void end();
  /// From any thread of the computation. Without a step it counts for nothing.
  void tick(std::uint64_t ticks);

 private:
  void raise_to(std::uint64_t done);

  std::atomic<std::uint64_t> done_{0};
  std::atomic<std::uint64_t> ticks_{0};
  std::uint64_t before_ = 0, units_ = 0, expected_ticks_ = 0;  // of the step; constant while it lasts
};

/// All that a computation may touch besides its arguments. The caller owns every part and keeps it alive; one Context
/// serves one computation at a time.
struct Context {
  Arena& arena;
  Executor& executor;
  std::stop_token stop;
  Progress& progress;

  /// A look at the stop token. Whoever computes looks again after a few million words at most (stretch.hpp).
  bool stopping() const {
    const bool requested = stop.stop_requested();
    stretch::looked(requested);
    return requested;
  }
};

/// A step of the progress for as long as it lives. `ticks()` says what it will count; a step of a millisecond is not
/// worth to be counted.
class Step {
 public:
  template <class Ticks>
  Step(Progress& progress, std::uint64_t units, const Ticks& ticks) : progress_(progress) {
    constexpr std::uint64_t worth_counting = 1'000'000;
    progress_.begin(units, units < worth_counting ? 0 : ticks());
  }
  ~Step() { progress_.end(); }
  Step(const Step&) = delete;
  Step& operator=(const Step&) = delete;

 private:
  Progress& progress_;
};

}  // namespace decima::engine
