#include "kinds/binomial_residues.hpp"

#include <algorithm>
#include <vector>

#include "kinds/progression.hpp"

namespace decima::kinds {
namespace {

/// For moduli above n, to which k! is prime.
engine::Status quotient_residues(std::uint64_t n, std::uint64_t k, std::span<const engine::Modulus> moduli,
                                 std::span<engine::Residue> out, engine::Context& context) {
  if (k > n) {
    std::ranges::fill(out, 0);
    return engine::Status::ok;
  }
  std::vector<engine::Residue> lower(moduli.size());
  if (const auto status = progression_residues({n - k + 1, 1, k}, moduli, out, context); status != engine::Status::ok)
    return status;
  if (const auto status = progression_residues({1, 1, k}, moduli, lower, context); status != engine::Status::ok)
    return status;
  for (std::size_t i = 0; i < moduli.size(); ++i) {
    const engine::Modulus m = moduli[i];
    out[i] = engine::multiply_mod(out[i], engine::power_mod(lower[i], m - 2, m), m);
  }
  return engine::Status::ok;
}

/// For a modulus up to n, of which n and k are numbers of several digits: the product over the digits.
engine::Status digit_by_digit(std::uint64_t n, std::uint64_t k, engine::Modulus m, engine::Residue& out,
                              engine::Context& context) {
  out = 1;
  for (; n != 0 || k != 0; n /= m, k /= m) {
    engine::Residue digit = 0;
    const auto status = quotient_residues(n % m, k % m, {&m, 1}, {&digit, 1}, context);
    if (status != engine::Status::ok) return status;
    out = engine::multiply_mod(out, digit, m);
  }
  return engine::Status::ok;
}

}  // namespace

engine::Status binomial_residues(std::uint64_t n, std::uint64_t k, std::span<const engine::Modulus> moduli,
                                 std::span<engine::Residue> out, engine::Context& context) {
  if (std::ranges::all_of(moduli, [n](engine::Modulus m) { return m > n; }))
    return quotient_residues(n, k, moduli, out, context);
  for (std::size_t i = 0; i < moduli.size(); ++i)
    if (const auto status = digit_by_digit(n, k, moduli[i], out[i], context); status != engine::Status::ok)
      return status;
  return engine::Status::ok;
}

}  // namespace decima::kinds
