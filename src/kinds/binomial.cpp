// The binomial coefficient, computed without a division from the exponents of its primes (engine/binomial.hpp), and
// checked by the product of the upper factors times the inverse of k! modulo primes. For k > n it is 0.
#include "engine/binomial.hpp"
#include "kinds/binomial_residues.hpp"
#include "kinds/record.hpp"

namespace decima::kinds {
namespace {

constexpr Parameter parameters[] = {
    {"n", "how many there are to choose from", 0, engine::binomial_most},
    {"k", "how many are chosen; the answer for k is the one for n - k", 0, engine::binomial_most}};

constexpr std::uint64_t a_0_0[] = {0, 0}, a_5_2[] = {5, 2}, a_10_7[] = {10, 7}, a_7_9[] = {7, 9}, a_52_5[] = {52, 5},
                        a_100_50[] = {100, 50}, a_999999999999999999_2[] = {999999999999999999, 2},
                        a_1000000_70[] = {1000000, 70}, a_20000_10000[] = {20000, 10000};
constexpr Sample samples[] = {
    {a_0_0, "1", ""},
    {a_5_2, "10", ""},
    {a_10_7, "120", ""},
    {a_7_9, "0", ""},
    {a_52_5, "2598960", ""},
    {a_100_50, "100891344545564193334812497256", ""},
    {a_999999999999999999_2, "499999999999999998500000000000000001", ""},
    {a_1000000_70, "", "bb5599b799f9489b174e727b1400a5b880b3c1788c75f18f445bc8c491ecd39f"},
    {a_20000_10000, "", "8418af71323a5a2e7bb963c55894822b5f88eef2a07b2009875b223ee95d02e1"},
};

constexpr std::uint64_t least_bytes = 64;

std::uint64_t nearer(std::uint64_t n, std::uint64_t k) { return std::min(k, n - k); }

std::uint64_t digits(std::uint64_t n, std::uint64_t k) { return k > n ? 1 : engine::binomial_digits(n, nearer(n, k)); }
std::uint64_t bytes(std::uint64_t n, std::uint64_t k, unsigned threads) {
  return k > n ? least_bytes : engine::binomial_bytes(n, nearer(n, k), threads);
}
std::uint64_t work(std::uint64_t n, std::uint64_t k) { return k > n ? 0 : engine::binomial_work(n, nearer(n, k)); }

engine::Outcome<engine::Decimal> number(std::uint64_t n, std::uint64_t k, engine::Context& context) {
  if (k > n) return engine::Decimal{};
  return engine::binomial(n, nearer(n, k), context);
}

engine::Status residues(Arguments arguments, std::span<const engine::Modulus> moduli, std::span<engine::Residue> out,
                        engine::Context& context) {
  return binomial_residues(arguments[0], arguments[1], moduli, out, context);
}

std::optional<std::uint64_t> trailing_zeros(Arguments arguments) {
  if (arguments[1] > arguments[0]) return std::nullopt;
  return engine::binomial_zeros(arguments[0], nearer(arguments[0], arguments[1]));
}

void canonicalise(std::span<std::uint64_t> arguments) {
  if (arguments[1] <= arguments[0]) arguments[1] = nearer(arguments[0], arguments[1]);
}

}  // namespace

extern const Kind binomial;
const Kind binomial{
    .name = "binomial",
    .plural = "binomials",
    .summary = "The binomial coefficient n over k, the number of ways to choose k of n things.",
    .parameters = parameters,
    .samples = samples,
    .estimate = estimate_by<digits, bytes, work>,
    .compute = compute_by<number>,
    .residues = residues,
    .trailing_zeros = trailing_zeros,
    .canonicalise = canonicalise,
};

}  // namespace decima::kinds
