#pragma once
#include <cstddef>
#include <cstdint>

namespace decima::engine {

/// A group is as many digits as vectors join easily; its value is below 2^54.
inline constexpr std::size_t digits_per_group = 16;

/// Reads `count` groups of decimal digits into their values. False when a character was no digit; the values mean
/// nothing then.
using ParseGroups = bool(std::uint64_t* out, const char* text, std::size_t count);

ParseGroups parse_groups_generic;
/// Four groups at a time. Only on a machine for which has_avx2_parse() is true.
ParseGroups parse_groups_avx2;

bool has_avx2_parse();
/// The one that goes with the kernel in use (kernels.hpp).
ParseGroups& parse_in_use();

}  // namespace decima::engine
