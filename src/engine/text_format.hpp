#pragma once
#include <cstdint>
#include <span>

namespace decima::engine {

/// Writes the limbs as text, the last limb first, 18 characters each.
void format_limbs(char* out, std::span<const std::uint64_t> limbs);

}  // namespace decima::engine
