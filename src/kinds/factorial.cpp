// The factorial of n, computed by prime swing (engine/factorial.hpp) in about ten transforms of the result's length,
// and checked by the plain product 1 * 2 * … * n modulo primes. The swing is Peter Luschny's; docs/ALGORITHMS.md
// derives it.
#include "engine/factorial.hpp"

#include <vector>

#include "engine/magnitude.hpp"
#include "kinds/progression.hpp"
#include "kinds/record.hpp"

namespace decima::kinds {
namespace {

constexpr Parameter parameters[] = {{"n", "the number whose factorial is wanted", 0, any_number}};

constexpr std::uint64_t n_0[] = {0}, n_1[] = {1}, n_20[] = {20}, n_25[] = {25}, n_100[] = {100}, n_1000[] = {1000},
                        n_10000[] = {10000}, n_20000[] = {20000};
constexpr Sample samples[] = {
    {n_0, "1", ""},
    {n_1, "1", ""},
    {n_20, "2432902008176640000", ""},
    {n_25, "15511210043330985984000000", ""},
    {n_100, "", "fb1bcc25c888ffc3d1a5f56b7a32ba89b9ae39f815ffea45faa8f419b321cb81"},
    {n_1000, "", "cc336cf135d690c1105664b3b859db66b940db51cd66cf891fee120584cf7873"},
    {n_10000, "", "f17f312be51414ec57f0fda0b1589003663a505df1ef2aafac40bb3be2e46c8e"},
    {n_20000, "", "eaae0cdb4ba46ca603da90766b63f69dd6cbd25340725ce15ba373d99aea5cf6"},
};

// n! is 0 modulo every prime up to n; the product need only run for the others.
engine::Status residues(Arguments arguments, std::span<const engine::Modulus> moduli, std::span<engine::Residue> out,
                        engine::Context& context) {
  const std::uint64_t n = arguments[0];
  std::vector<engine::Modulus> larger;
  for (const engine::Modulus m : moduli)
    if (m > n) larger.push_back(m);
  std::vector<engine::Residue> found(larger.size());
  if (!larger.empty())
    if (const auto status = progression_residues({1, 1, n}, larger, found, context); status != engine::Status::ok)
      return status;
  std::size_t next = 0;
  for (std::size_t i = 0; i < moduli.size(); ++i) out[i] = moduli[i] > n ? found[next++] : 0;
  return engine::Status::ok;
}

std::optional<std::uint64_t> trailing_zeros(Arguments arguments) {
  return engine::exponent_in_factorial(5, arguments[0]);
}

}  // namespace

extern const Kind factorial;
const Kind factorial{
    .name = "factorial",
    .plural = "factorials",
    .summary = "The factorial n! = 1 * 2 * … * n.",
    .parameters = parameters,
    .samples = samples,
    .estimate = estimate_by<engine::factorial_digits, engine::factorial_bytes, engine::factorial_work>,
    .compute = compute_by<engine::factorial>,
    .residues = residues,
    .trailing_zeros = trailing_zeros,
};

}  // namespace decima::kinds
