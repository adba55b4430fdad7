#pragma once
#include <cstddef>
#include <string_view>

#include "base/result.hpp"

namespace decima::adapters {

/// Bounds of a key: short enough that all after its first '/' fits a file's name.
inline constexpr std::size_t key_bytes_most = 240;

/// A key is at least two parts between '/'. A part is of a-z, 0-9, '_', '-' and '.', and does not begin with '.'; so no
/// key leads out of the store or onto a file that the store keeps for itself. Every adapter takes the same keys.
Result<> check_key(std::string_view key);

}  // namespace decima::adapters
