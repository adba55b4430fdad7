#include "http/range.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "http/request.hpp"

namespace decima::http {
namespace {

constexpr std::size_t most_ranges = 16;

/// Digits, as the grammar of ranges has them: leading zeros are fine; what does not fit 64 bits is beyond any text.
std::optional<std::uint64_t> read_position(std::string_view text) {
  if (text.empty() || text.find_first_not_of("0123456789") != std::string_view::npos) return std::nullopt;
  text.remove_prefix(std::min(text.find_first_not_of('0'), text.size() - 1));
  return parse_number(text).value_or(UINT64_MAX);
}

/// "0-99", "100-" or "-100"; a count of 0 when it lies beyond the text, nothing when it is malformed.
std::optional<ByteRange> read_range(std::string_view text, std::uint64_t size) {
  const std::size_t hyphen = text.find('-');
  if (hyphen == std::string_view::npos) return std::nullopt;
  const auto first = read_position(text.substr(0, hyphen)), last = read_position(text.substr(hyphen + 1));
  if (hyphen == 0) {
    if (!last) return std::nullopt;
    const std::uint64_t count = std::min(*last, size);
    return ByteRange{size - count, count};
  }
  const bool open = hyphen + 1 == text.size();
  if (!first || (!last && !open) || (last && *last < *first)) return std::nullopt;
  if (*first >= size) return ByteRange{size, 0};
  return ByteRange{*first, (open ? size : std::min(*last, size - 1) + 1) - *first};
}

void join(std::vector<ByteRange>& ranges) {
  std::sort(ranges.begin(), ranges.end(), [](const ByteRange& a, const ByteRange& b) { return a.first < b.first; });
  std::vector<ByteRange> joined;
  for (const ByteRange& range : ranges) {
    if (joined.empty() || range.first > joined.back().first + joined.back().count) {
      joined.push_back(range);
      continue;
    }
    ByteRange& before = joined.back();
    before.count = std::max(before.first + before.count, range.first + range.count) - before.first;
  }
  ranges = std::move(joined);
}

}  // namespace

std::optional<std::vector<ByteRange>> read_ranges(std::string_view field, std::uint64_t size) {
  constexpr std::string_view unit = "bytes=";
  if (!same_word(field.substr(0, unit.size()), unit)) return std::nullopt;
  std::vector<ByteRange> ranges;
  bool any = false;
  for (const std::string_view padded : split(field.substr(unit.size()), ',')) {
    const std::string_view part = trimmed(padded);
    if (part.empty()) continue;  // lists may have members that are none
    const auto range = read_range(part, size);
    if (!range) return std::nullopt;
    any = true;
    if (range->count > 0) ranges.push_back(*range);
  }
  if (!any) return std::nullopt;
  join(ranges);
  if (ranges.size() > most_ranges) return std::nullopt;
  return ranges;
}

std::string content_range(const ByteRange& range, std::uint64_t size) {
  return "bytes " + std::to_string(range.first) + "-" + std::to_string(range.first + range.count - 1) + "/" +
         std::to_string(size);
}

}  // namespace decima::http
