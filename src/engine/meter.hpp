#pragma once
#include <algorithm>
#include <cstdint>

#include "engine/context.hpp"

namespace decima::engine {

/// Adds to the progress what the parts of a computation cost, and at the end what is left, so that it adds up to the
/// total to the unit.
class Meter {
 public:
  Meter(Progress& progress, std::uint64_t total) : progress_(progress), left_(total) {}

  void add(std::uint64_t units) {
    units = std::min(units, left_);
    left_ -= units;
    progress_.add(units);
  }
  void finish() { add(left_); }

 private:
  Progress& progress_;
  std::uint64_t left_;
};

}  // namespace decima::engine
