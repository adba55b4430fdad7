// The Catalan number (2n)! / (n! (n+1)!), computed from the exponents of its primes (engine/factorial_quotient.hpp),
// and checked by the difference of two binomial coefficients, (2n over n) - (2n over n-1), modulo primes.
#include "kinds/binomial_residues.hpp"
#include "kinds/quotient.hpp"

namespace decima::kinds {
namespace {

constexpr Parameter parameters[] = {{"n", "the index of the Catalan number, with C(0) = 1", 0, any_number / 2}};

constexpr std::uint64_t n_0[] = {0}, n_1[] = {1}, n_2[] = {2}, n_10[] = {10}, n_35[] = {35}, n_100[] = {100},
                        n_1000[] = {1000}, n_30000[] = {30000};
constexpr Sample samples[] = {
    {n_0, "1", ""},
    {n_1, "1", ""},
    {n_2, "2", ""},
    {n_10, "16796", ""},
    {n_35, "3116285494907301262", ""},
    {n_100, "896519947090131496687170070074100632420837521538745909320", ""},
    {n_1000, "", "ee3a082f0f6578f0d3dc031323ef4ebcffe089446360936dc40fab1f638c7f9a"},
    {n_30000, "", "ca2237e71d2edb5e5d13fe89138e25d427bdbffd69b8ac1e055e60742c602f05"},
};

/// The quotient that the Catalan number is, and what it refers to.
struct Quotient {
  explicit Quotient(std::uint64_t n) : below{n, n + 1}, value{std::max(2 * n, n + 1), below, 0} {
    // 0! / (0! 1!) is 1! / (0! 1!): the upper number is not below the others.
  }
  Quotient(const Quotient&) = delete;
  Quotient& operator=(const Quotient&) = delete;
  std::uint64_t below[2];
  engine::FactorialQuotient value;
};

engine::Status residues(Arguments arguments, std::span<const engine::Modulus> moduli, std::span<engine::Residue> out,
                        engine::Context& context) {
  const std::uint64_t n = arguments[0];
  if (const auto status = binomial_residues(2 * n, n, moduli, out, context); status != engine::Status::ok || n == 0)
    return status;
  std::vector<engine::Residue> less(moduli.size());
  const auto status = binomial_residues(2 * n, n - 1, moduli, less, context);
  for (std::size_t i = 0; i < moduli.size(); ++i) out[i] = (out[i] + moduli[i] - less[i]) % moduli[i];
  return status;
}

}  // namespace

extern const Kind catalan;
const Kind catalan{
    .name = "catalan",
    .plural = "catalans",
    .summary = "The Catalan number C(n) = (2n)! / (n! (n+1)!).",
    .parameters = parameters,
    .samples = samples,
    .estimate = QuotientKind<Quotient>::estimate,
    .compute = QuotientKind<Quotient>::compute,
    .residues = residues,
    .trailing_zeros = QuotientKind<Quotient>::trailing_zeros,
};

}  // namespace decima::kinds
