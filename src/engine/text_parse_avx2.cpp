// Digits are joined with their neighbours, the pairs with theirs, and so on: each step multiplies the even one by a
// power of ten and adds the odd one, for all that a vector holds.
#include <immintrin.h>

#include "engine/text_parse.hpp"

namespace decima::engine {
namespace {

constexpr std::size_t groups_at_once = 4;

__m256i load(const char* text) { return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(text)); }

/// Eight numbers of four digits, from 32 of one. The pairs stay below 2^7, the quads below 2^14.
__m256i join_to_quads(__m256i digits) {
  const __m256i pairs = _mm256_maddubs_epi16(digits, _mm256_set1_epi16(0x010A));
  return _mm256_madd_epi16(pairs, _mm256_set1_epi32(0x00010064));
}

/// The values of 16 digits each: the first and third come from `a`, the second and fourth from `b`.
__m256i join_to_groups(__m256i a, __m256i b) {
  const __m256i quads = _mm256_packus_epi32(join_to_quads(a), join_to_quads(b));
  const __m256i eights = _mm256_madd_epi16(quads, _mm256_set1_epi32(0x00012710));
  return _mm256_add_epi64(_mm256_mul_epu32(eights, _mm256_set1_epi64x(100'000'000)), _mm256_srli_epi64(eights, 32));
}

}  // namespace

bool parse_groups_avx2(std::uint64_t* out, const char* text, std::size_t count) {
  const __m256i zero = _mm256_set1_epi8('0'), nine = _mm256_set1_epi8(9);
  __m256i above_nine = _mm256_setzero_si256();  // where something is left when nine is taken away without a sign
  std::size_t i = 0;
  for (; i + groups_at_once <= count; i += groups_at_once) {
    const char* const from = text + i * digits_per_group;
    const __m256i a = _mm256_sub_epi8(load(from), zero), b = _mm256_sub_epi8(load(from + 32), zero);
    above_nine = _mm256_or_si256(above_nine, _mm256_or_si256(_mm256_subs_epu8(a, nine), _mm256_subs_epu8(b, nine)));
    const __m256i groups = _mm256_permute4x64_epi64(join_to_groups(a, b), 0b11'01'10'00);
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(out + i), groups);
  }
  const bool good = _mm256_testz_si256(above_nine, above_nine) != 0;
  return parse_groups_generic(out + i, text + i * digits_per_group, count - i) && good;
}

}  // namespace decima::engine
