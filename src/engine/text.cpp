#include <algorithm>
#include <array>
#include <cstring>

#include "engine/context.hpp"
#include "engine/decimal.hpp"
#include "engine/text_format.hpp"

namespace decima::engine {
namespace {

constexpr std::size_t piece_limbs = 3640;
using Piece = std::array<char, piece_limbs * digits_per_limb>;  // just below 64 KiB: stays in L2 until the sink has it

unsigned digits_of(std::uint64_t limb) {
  unsigned digits = 0;
  for (; limb != 0; limb /= 10) ++digits;
  return digits;
}

Status write_zeros(std::uint64_t count, Piece& piece, const Context& context, TextSink& sink) {
  piece.fill('0');
  while (count != 0) {
    const std::size_t size = std::min<std::uint64_t>(count, piece.size());
    if (context.stopping() || !sink.write({piece.data(), size})) return Status::stopped;
    count -= size;
  }
  return Status::ok;
}

}  // namespace

std::uint64_t digit_count(const Decimal& value) {
  if (value.mantissa.empty()) return 1;
  return (value.mantissa.size() - 1) * digits_per_limb + digits_of(value.mantissa.back()) + value.zeros;
}

Status write_text(const Decimal& value, Context& context, TextSink& sink) {
  if (value.mantissa.empty()) return sink.write("0") ? Status::ok : Status::stopped;
  FormatLimbs& format = format_in_use();
  Piece piece;
  std::size_t skip = digits_per_limb - digits_of(value.mantissa.back());  // the first limb's leading zeros
  for (std::size_t end = value.mantissa.size(); end != 0;) {
    const std::size_t count = std::min(end, piece_limbs);
    format(piece.data(), value.mantissa.subspan(end - count, count));
    const std::string_view text(piece.data() + skip, count * digits_per_limb - skip);
    if (context.stopping() || !sink.write(text)) return Status::stopped;
    end -= count;
    skip = 0;
  }
  return write_zeros(value.zeros, piece, context, sink);
}

}  // namespace decima::engine
