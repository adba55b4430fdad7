#pragma once
#include <cstdint>
#include <span>

namespace decima::engine {

/// Writes the limbs as text, the last limb first, 18 characters each.
using FormatLimbs = void(char* out, std::span<const std::uint64_t> limbs);

FormatLimbs format_limbs_generic;
/// Eight limbs at a time. Only on a machine for which has_avx512_format() is true.
FormatLimbs format_limbs_avx512;

bool has_avx512_format();
/// The one that goes with the kernel in use (kernels.hpp).
FormatLimbs& format_in_use();

}  // namespace decima::engine
