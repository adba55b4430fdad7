#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "engine/context.hpp"

/// One thing to compute, by us and by GMP, each made ready so that a run does nothing but the work.
struct Contest {
  std::function<std::uint64_t()> ours;  ///< returns the digits made, 0 when it failed
  std::function<void()> peers;
};

struct Row {
  std::string name;
  bool long_running;  ///< takes GMP minutes
  std::function<Contest(decima::engine::Context&)> prepare;
};

/// Every row of the table, small ones first.
std::vector<Row> all_rows();
