#pragma once
#include <cstdint>
#include <string>

namespace decima::faults {

/// n! by GMP, which shares no line of code with what is tested. Computed once, and kept.
const std::string& factorial_by_gmp(std::uint64_t n);

}  // namespace decima::faults
