#pragma once
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/clock.hpp"

namespace decima::http {

/// So many in such a time.
struct Rate {
  std::uint64_t count = 0;
  Duration period{0};

  /// "100/15m"
  static std::optional<Rate> parse(std::string_view text);
};

}  // namespace decima::http
