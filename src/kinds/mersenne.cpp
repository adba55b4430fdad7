// The Mersenne number 2^p - 1, computed as a power (engine/power.hpp), and checked by M(2k) = M(k) (M(k) + 2) and
// M(k+1) = 2 M(k) + 1 modulo primes.
#include "engine/power.hpp"
#include "kinds/record.hpp"

namespace decima::kinds {
namespace {

constexpr Parameter parameters[] = {{"p", "the exponent; it need not be a prime", 0, any_number}};

constexpr std::uint64_t p_0[] = {0}, p_1[] = {1}, p_7[] = {7}, p_31[] = {31}, p_61[] = {61}, p_127[] = {127},
                        p_521[] = {521}, p_86243[] = {86243};
constexpr Sample samples[] = {
    {p_0, "0", ""},
    {p_1, "1", ""},
    {p_7, "127", ""},
    {p_31, "2147483647", ""},
    {p_61, "2305843009213693951", ""},
    {p_127, "170141183460469231731687303715884105727", ""},
    {p_521, "", "06514590f94c1d4595274279dfb1568077269f22e4258a5c9f928fe07e832e0e"},
    {p_86243, "", "299a08aed35534c1667725a8ec0fa10cbba67e5b5c4a013be071197c39ed6ef6"},
};

std::uint64_t digits(std::uint64_t p) { return p == 0 ? 1 : engine::power_digits(2, p); }  // 2^p is no power of ten
std::uint64_t bytes(std::uint64_t p, unsigned threads) { return engine::power_bytes(2, p, threads); }
std::uint64_t work(std::uint64_t p) { return engine::power_work(2, p); }

engine::Residue residue(std::uint64_t p, engine::Modulus m) {
  engine::Residue value = 0;
  for (int bit = 64; bit-- > 0;) {
    value = engine::multiply_mod(value, (value + 2) % m, m);
    if ((p >> bit) % 2 != 0) value = (2 * value + 1) % m;
  }
  return value;
}

// Odd, but for p = 0.
std::optional<std::uint64_t> trailing_zeros(Arguments arguments) {
  if (arguments[0] == 0) return std::nullopt;
  return 0;
}

}  // namespace

extern const Kind mersenne;
const Kind mersenne{
    .name = "mersenne",
    .plural = "mersennes",
    .summary = "The Mersenne number 2^p - 1.",
    .parameters = parameters,
    .samples = samples,
    .estimate = estimate_by<digits, bytes, work>,
    .compute = compute_by<engine::mersenne>,
    .residues = residues_by<residue>,
    .trailing_zeros = trailing_zeros,
};

}  // namespace decima::kinds
