#include "engine/text_format.hpp"

#include <array>
#include <cstring>

#include "engine/decimal.hpp"
#include "engine/kernels.hpp"

namespace decima::engine {
namespace {

/// "00" … "99"
constexpr auto pairs = [] {
  std::array<char, 200> table{};
  for (std::size_t i = 0; i < 100; ++i) {
    table[2 * i] = static_cast<char>('0' + i / 10);
    table[2 * i + 1] = static_cast<char>('0' + i % 10);
  }
  return table;
}();

void format_pair(char* out, std::uint32_t value) { std::memcpy(out, &pairs[2 * value], 2); }

void format_eight(char* out, std::uint32_t value) {
  const std::uint32_t high = value / 10000, low = value % 10000;
  format_pair(out, high / 100);
  format_pair(out + 2, high % 100);
  format_pair(out + 4, low / 100);
  format_pair(out + 6, low % 100);
}

void format_limb(char* out, std::uint64_t limb) {
  const std::uint64_t top = limb / 10'000'000'000'000'000, rest = limb % 10'000'000'000'000'000;
  format_pair(out, static_cast<std::uint32_t>(top));
  format_eight(out + 2, static_cast<std::uint32_t>(rest / 100'000'000));
  format_eight(out + 10, static_cast<std::uint32_t>(rest % 100'000'000));
}

}  // namespace

void format_limbs_generic(char* out, std::span<const std::uint64_t> limbs) {
  for (std::size_t i = limbs.size(); i-- > 0; out += digits_per_limb) format_limb(out, limbs[i]);
}

#if defined(__x86_64__)
bool has_avx512_format() {
  static const bool has =
      __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512ifma") && __builtin_cpu_supports("avx512vbmi");
  return has;
}
FormatLimbs& format_in_use() {
  return &kernel_in_use() == &avx512ifma_kernel && has_avx512_format() ? format_limbs_avx512 : format_limbs_generic;
}
#else
bool has_avx512_format() { return false; }
FormatLimbs& format_in_use() { return format_limbs_generic; }
#endif

}  // namespace decima::engine
