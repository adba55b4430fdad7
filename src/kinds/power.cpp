// The power a^b, computed by squaring from the exponent's highest bit down (engine/power.hpp), and checked modulo
// primes with the exponent reduced by Fermat's little theorem.
#include "engine/power.hpp"
#include "kinds/record.hpp"

namespace decima::kinds {
namespace {

constexpr Parameter parameters[] = {{"a", "the base", 0, any_number},
                                    {"b", "the exponent; 0^0 is 1, the empty product", 0, any_number}};

constexpr std::uint64_t a_0_0[] = {0, 0}, a_0_5[] = {0, 5}, a_7_0[] = {7, 0}, a_1_most[] = {1, 18446744073709551615U},
                        a_10_30[] = {10, 30}, a_2_64[] = {2, 64}, a_most_2[] = {18446744073709551615U, 2},
                        a_3_1000[] = {3, 1000}, a_12345_20000[] = {12345, 20000};
constexpr Sample samples[] = {
    {a_0_0, "1", ""},
    {a_0_5, "0", ""},
    {a_7_0, "1", ""},
    {a_1_most, "1", ""},
    {a_10_30, "1000000000000000000000000000000", ""},
    {a_2_64, "18446744073709551616", ""},
    {a_most_2, "340282366920938463426481119284349108225", ""},
    {a_3_1000, "", "27c7e3a85ebf919254fbfe7023ac192ec8f636054e85580af5f50e8f9b47481e"},
    {a_12345_20000, "", "1f3e167141b035896137184a69b87addcc2acea42634e1b0cbaae4aeac3c272f"},
};

engine::Residue residue(std::uint64_t a, std::uint64_t b, engine::Modulus m) {
  if (a % m == 0) return b == 0 ? 1 : 0;
  return engine::power_mod(a, b % (m - 1), m);
}

std::uint64_t exponent_of(std::uint64_t p, std::uint64_t n) {
  std::uint64_t exponent = 0;
  for (; n % p == 0; n /= p) ++exponent;
  return exponent;
}

std::optional<std::uint64_t> trailing_zeros(Arguments arguments) {
  const std::uint64_t a = arguments[0], b = arguments[1];
  if (b == 0) return 0;
  if (a == 0) return std::nullopt;
  std::uint64_t zeros = 0;
  const std::uint64_t each = std::min(exponent_of(2, a), exponent_of(5, a));
  return __builtin_mul_overflow(each, b, &zeros) ? any_number : zeros;
}

}  // namespace

extern const Kind power;
const Kind power{
    .name = "power",
    .plural = "powers",
    .summary = "The power a^b.",
    .parameters = parameters,
    .samples = samples,
    .estimate = estimate_by<engine::power_digits, engine::power_bytes, engine::power_work>,
    .compute = compute_by<engine::power>,
    .residues = residues_by<residue>,
    .trailing_zeros = trailing_zeros,
};

}  // namespace decima::kinds
