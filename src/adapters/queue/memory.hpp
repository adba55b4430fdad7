#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/queue.hpp"

namespace decima::adapters {

/// A message that nobody could work on, and why.
struct DeadLetter {
  core::Message message;
  std::string why;
};

/// The queue of a program that is its own broker.
class MemoryQueue : public core::Queue {
 public:
  /// The latest of them, oldest first; the metric decima_queue_dead_letters_total counts all.
  virtual std::vector<DeadLetter> dead_letters() const = 0;
};

/// Holds at most `capacity` messages, the lowest rank out first and of one rank the oldest; a publish that finds no
/// room at all is refused as unavailable, and the relay rings again later.
///
/// Differs by necessity: a message that was taken and never acknowledged does not come back by itself, and none
/// outlives the process. The rows know which jobs wait, so the janitor's bell brings both back.
std::unique_ptr<MemoryQueue> make_memory_queue(std::size_t capacity);

}  // namespace decima::adapters
