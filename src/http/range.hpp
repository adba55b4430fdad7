#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace decima::http {

/// Part of a text: `count` bytes from `first` on; never empty.
struct ByteRange {
  std::uint64_t first = 0;
  std::uint64_t count = 0;

  bool operator==(const ByteRange&) const = default;
};

/// What a Range field asks of a text of `size` bytes, overlapping and touching ranges joined. Nothing: the field is to
/// be ignored, because it is malformed, in another unit, or asks for more pieces than are worth an answer. Empty: no
/// byte of it lies in the text.
std::optional<std::vector<ByteRange>> read_ranges(std::string_view field, std::uint64_t size);

/// "bytes 0-99/1000"
std::string content_range(const ByteRange& range, std::uint64_t size);

}  // namespace decima::http
