#include "engine/text_parse.hpp"

#include <bit>
#include <cstring>

#include "engine/kernels.hpp"

namespace decima::engine {
namespace {

static_assert(std::endian::native == std::endian::little, "eight digits are read as one word");

std::uint64_t load_word(const char* text) {
  std::uint64_t word;
  std::memcpy(&word, text, sizeof word);
  return word;
}

/// The top bit of every byte that is not '0' … '9'. Below '0' the subtraction sets it, above '9' the addition; a
/// borrow or carry between bytes starts only at a byte that is marked itself.
std::uint64_t not_digits(std::uint64_t word) {
  return ((word + 0x4646464646464646) | (word - 0x3030303030303030) | word) & 0x8080808080808080;
}

/// The value of eight digits: pairs of neighbours are joined three times, all of a word at once.
std::uint64_t parse_eight(std::uint64_t word) {
  word -= 0x3030303030303030;
  word = word * 10 + (word >> 8);
  constexpr std::uint64_t mask = 0x000000FF000000FF;
  return ((word & mask) * (100 + (1000000ULL << 32)) + ((word >> 16) & mask) * (1 + (10000ULL << 32))) >> 32;
}

}  // namespace

bool parse_groups_generic(std::uint64_t* out, const char* text, std::size_t count) {
  std::uint64_t wrong = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint64_t high = load_word(text + i * digits_per_group), low = load_word(text + i * digits_per_group + 8);
    wrong |= not_digits(high) | not_digits(low);
    out[i] = parse_eight(high) * 100'000'000 + parse_eight(low);
  }
  return wrong == 0;
}

#if defined(__x86_64__)
bool has_avx2_parse() {
  static const bool has = __builtin_cpu_supports("avx2");
  return has;
}
ParseGroups& parse_in_use() {
  return &kernel_in_use() != &generic_kernel && has_avx2_parse() ? parse_groups_avx2 : parse_groups_generic;
}
#else
bool has_avx2_parse() { return false; }
ParseGroups& parse_in_use() { return parse_groups_generic; }
#endif

}  // namespace decima::engine
