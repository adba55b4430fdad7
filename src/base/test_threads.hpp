#pragma once
#include <cstddef>
#include <latch>
#include <thread>
#include <vector>

namespace decima {

/// Runs `act(i)` for i in 0 … count-1, each in a thread of its own and all let go at the same moment; returns when all
/// are done.
template <class Act>
void at_once(std::size_t count, const Act& act) {
  std::latch start(static_cast<std::ptrdiff_t>(count));
  std::vector<std::jthread> threads;
  for (std::size_t i = 0; i < count; ++i)
    threads.emplace_back([&, i] {
      start.arrive_and_wait();
      act(i);
    });
}

}  // namespace decima
