#pragma once
#include "engine/arena.hpp"

namespace decima::engine {

/// What is taken from the arena during its life is given back at its end.
class StackFrame {
 public:
  explicit StackFrame(Arena& arena) : arena_(arena), mark_(arena.mark()) {}
  ~StackFrame() { arena_.rewind(mark_); }
  StackFrame(const StackFrame&) = delete;
  StackFrame& operator=(const StackFrame&) = delete;

 private:
  Arena& arena_;
  Arena::Mark mark_;
};

}  // namespace decima::engine
