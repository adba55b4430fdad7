#pragma once
#include "base/clock.hpp"
#include "core/request.hpp"

namespace decima::core {

/// Who goes first: 0 to 9, the higher the sooner.
inline constexpr unsigned priority_most = 9;
/// What a request has that names none: small jobs before large ones, and what somebody waits for before both.
inline constexpr unsigned priority_waited_for = 7, priority_small = 5, priority_large = 3;
/// Waiting for so long is worth one step.
inline constexpr Duration priority_step{10'000};

/// The place in line of a job that may run since then: the earliest first. A step of priority is worth as much as
/// having come one priority_step earlier; all grow older alike, so the order of two never changes. A job is passed only
/// by those that come within (9 - its priority) steps after it, and so waits for a bounded number of others.
constexpr Time rank(Time since, unsigned priority) {
  return since - static_cast<std::int64_t>(priority) * priority_step;
}

inline unsigned priority_of(const Request& request) {
  return request.priority.value_or(is_small(request) ? priority_small : priority_large);
}

}  // namespace decima::core
