// Text from limbs with AVX-512 IFMA and VBMI: eight limbs are cut into 2 + 8 + 8 digits, then each group of eight
// digits becomes eight lanes, one for a digit. docs/ALGORITHMS.md shows that no quotient here is ever off by one.
#include <immintrin.h>

#include <cstring>

#include "engine/decimal.hpp"
#include "engine/text_format.hpp"

namespace decima::engine {
namespace {

constexpr std::size_t lanes = 8;

/// floor(x / divisor) for a divisor that is a power of five and x of which divisor * 2^52 > x * 2^(52 - shift): the
/// reciprocal is 2^(52 + shift) / divisor, rounded up to 52 bits.
template <std::uint64_t divisor, unsigned shift>
__m512i divide(__m512i x) {
  constexpr auto reciprocal =
      static_cast<std::uint64_t>((static_cast<unsigned __int128>(1) << (52 + shift)) / divisor + 1);
  static_assert(reciprocal < (std::uint64_t{1} << 52));
  const __m512i product = _mm512_madd52hi_epu64(_mm512_setzero_si512(), x, _mm512_set1_epi64(reciprocal));
  return _mm512_srli_epi64(product, shift);
}

/// x - quotient * (odd << twos), where quotient * odd fits 52 bits.
template <std::uint64_t odd, unsigned twos>
__m512i remainder(__m512i x, __m512i quotient) {
  const __m512i product = _mm512_madd52lo_epu64(_mm512_setzero_si512(), quotient, _mm512_set1_epi64(odd));
  return _mm512_sub_epi64(x, _mm512_slli_epi64(product, twos));
}

constexpr std::uint64_t five_to_8 = 390'625, five_to_16 = five_to_8 * five_to_8;

/// The digits of one number below 10^8 as characters in the low bytes of eight lanes, the first digit in lane 0.
///
/// Lane j multiplies by 2^52 / 10^(8-j), keeps the fraction, 52 bits, and multiplies that by 10. The factors are
/// rounded up, which adds less than 10^8 < 2^52 / 10^7 to a fraction: too little to reach the next multiple of 2^52 /
/// 10^(8-j). For lane 0, where it is not little enough, the factor is rounded down and 2^25 added: n * 0.274 < 2^25 <
/// 2^52 / 10^8.
__m512i digits_of_eight(std::uint64_t number) {
  constexpr std::uint64_t one = std::uint64_t{1} << 52;
  const __m512i factors =
      _mm512_setr_epi64(one / 100'000'000, one / 10'000'000 + 1, one / 1'000'000 + 1, one / 100'000 + 1,
                        one / 10'000 + 1, one / 1'000 + 1, one / 100 + 1, one / 10 + 1);
  const __m512i lift = _mm512_setr_epi64(1 << 25, 0, 0, 0, 0, 0, 0, 0);
  const __m512i fraction = _mm512_madd52lo_epu64(lift, _mm512_set1_epi64(static_cast<long long>(number)), factors);
  return _mm512_madd52hi_epu64(_mm512_set1_epi64('0'), fraction, _mm512_set1_epi64(10));
}

/// The low bytes of the lanes of both, sixteen characters.
__m128i joined(__m512i first, __m512i second) {
  alignas(16) static constexpr char places[16] = {0, 8, 16, 24, 32, 40, 48, 56, 64, 72, 80, 88, 96, 104, 112, 120};
  const __m512i index = _mm512_castsi128_si512(_mm_load_si128(reinterpret_cast<const __m128i*>(places)));
  return _mm512_castsi512_si128(_mm512_permutex2var_epi8(first, index, second));
}

void format_eight_limbs(char* out, const std::uint64_t* limbs) {
  const __m512i x = _mm512_loadu_si512(limbs);
  const __m512i top = divide<five_to_16, 37>(_mm512_srli_epi64(x, 16));
  const __m512i rest = remainder<five_to_16, 16>(x, top);
  const __m512i high = divide<five_to_8, 18>(_mm512_srli_epi64(rest, 8));
  const __m512i low = remainder<five_to_8, 8>(rest, high);
  // top = 10 t + u becomes the characters t, u, in this order in memory: 103 / 1024 is 1 / 10 for all below 100.
  const __m512i tens =
      _mm512_srli_epi64(_mm512_madd52lo_epu64(_mm512_setzero_si512(), top, _mm512_set1_epi64(103)), 10);
  const __m512i units = _mm512_madd52lo_epu64(_mm512_setzero_si512(), tens, _mm512_set1_epi64(10));
  const __m512i pair = _mm512_or_si512(tens, _mm512_slli_epi64(_mm512_sub_epi64(top, units), 8));

  alignas(64) std::uint64_t tops[lanes], highs[lanes], lows[lanes];
  _mm512_store_si512(tops, _mm512_add_epi64(pair, _mm512_set1_epi64('0' * 0x101)));
  _mm512_store_si512(highs, high);
  _mm512_store_si512(lows, low);
  for (std::size_t i = lanes; i-- > 0; out += digits_per_limb) {
    std::memcpy(out, &tops[i], 2);
    _mm_storeu_si128(reinterpret_cast<__m128i*>(out + 2), joined(digits_of_eight(highs[i]), digits_of_eight(lows[i])));
  }
}

}  // namespace

void format_limbs_avx512(char* out, std::span<const std::uint64_t> limbs) {
  std::size_t end = limbs.size();
  for (; end >= lanes; end -= lanes, out += lanes * digits_per_limb) format_eight_limbs(out, &limbs[end - lanes]);
  format_limbs_generic(out, limbs.first(end));
}

}  // namespace decima::engine
