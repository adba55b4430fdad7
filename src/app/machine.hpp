#pragma once
#include <cstdint>

namespace decima::app {

/// Processors this process may run on.
unsigned processors();

/// Memory this process may use: the machine's, or less where its container says so.
std::uint64_t memory_bytes();

}  // namespace decima::app
