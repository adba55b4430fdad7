#include "kinds/prime_residues.hpp"

#include <algorithm>
#include <vector>

#include "engine/executor.hpp"
#include "engine/montgomery.hpp"

namespace decima::kinds {
namespace {

using engine::Montgomery;

constexpr std::uint64_t segment = 1 << 19;  // numbers; the odd ones fit a core's second-level cache

/// The odd primes up to the root of n.
std::vector<std::uint64_t> small_primes(std::uint64_t n) {
  std::vector<std::uint64_t> primes;
  for (std::uint64_t p = 3; p <= n / p; p += 2)
    if (std::ranges::none_of(primes, [p](std::uint64_t q) { return q <= p / q && p % q == 0; })) primes.push_back(p);
  return primes;
}

/// Calls see(p) for the odd primes from first, which is even, to last.
template <class See>
void odd_primes(std::uint64_t first, std::uint64_t last, std::span<const std::uint64_t> small, See see) {
  std::vector<char> composite((last - first + 1) / 2);  // of first + 1, first + 3, …
  for (const std::uint64_t p : small) {
    if (p > last / p) break;
    const std::uint64_t multiple = std::max(p * p, (first / p + 1) * p);
    for (std::uint64_t i = multiple % 2 != 0 ? multiple : multiple + p; i <= last; i += 2 * p)
      composite[(i - first) / 2] = 1;
  }
  for (std::size_t i = first == 0 ? 1 : 0; i < composite.size(); ++i)
    if (composite[i] == 0) see(first + 2 * i + 1);
}

/// The product of the odd primes of a segment, in Montgomery's form, for each modulus.
std::vector<std::uint64_t> product_of(std::uint64_t first, std::uint64_t last, std::span<const std::uint64_t> small,
                                      std::span<const Montgomery> forms) {
  std::vector<std::uint64_t> values;
  for (const Montgomery& form : forms) values.push_back(form.one());
  std::uint64_t count = 0;
  odd_primes(first, last, small, [&](std::uint64_t p) {
    for (std::size_t i = 0; i < forms.size(); ++i) values[i] = forms[i].multiply(values[i], p);
    ++count;
  });
  // Every product has divided by R.
  for (std::size_t i = 0; i < forms.size(); ++i)
    values[i] = forms[i].multiply(values[i], forms[i].power(forms[i].to_form(forms[i].one()), count));
  return values;
}

}  // namespace

engine::Status prime_residues(std::uint64_t n, std::span<const engine::Modulus> moduli, std::span<engine::Residue> out,
                              engine::Context& context) {
  const std::vector<Montgomery> forms(moduli.begin(), moduli.end());
  const std::vector<std::uint64_t> small = small_primes(n);
  std::vector<std::vector<std::uint64_t>> products(n / segment + 1);
  context.executor.parallel(products.size(), [&](std::size_t i) {
    if (!context.stop.stop_requested())
      products[i] = product_of(i * segment, std::min(n, (i + 1) * segment - 1), small, forms);
  });
  if (context.stop.stop_requested()) return engine::Status::stopped;
  for (std::size_t i = 0; i < forms.size(); ++i) {
    std::uint64_t value = n < 2 ? forms[i].one() : forms[i].to_form(2);
    for (const auto& product : products) value = forms[i].multiply(value, product[i]);
    out[i] = forms[i].from_form(value);
  }
  return engine::Status::ok;
}

}  // namespace decima::kinds
