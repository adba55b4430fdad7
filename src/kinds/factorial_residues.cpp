#include "kinds/factorial_residues.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <cassert>
#include <vector>

#include "engine/executor.hpp"
#include "engine/montgomery.hpp"

namespace decima::kinds {
namespace {

using engine::Montgomery;

// While i (i + 1) stays below 2^63, which Montgomery's reduction needs of a factor, two numbers go as one.
constexpr std::uint64_t pairs_until = 3'000'000'000;
constexpr std::size_t chains = 4;  // products that do not wait for one another
constexpr std::size_t batch = 1024;

/// Sets the factors whose product is first * (first + 1) * … as far as they fill the batch or reach last; 1s fill the
/// rest. Returns the first number not taken.
std::uint64_t fill_batch(std::array<std::uint64_t, batch>& factors, std::uint64_t first, std::uint64_t last) {
  std::size_t count = 0;
  for (; count < batch && first < last && first < pairs_until; first += 2) factors[count++] = first * (first + 1);
  for (; count < batch && first <= last; ++first) factors[count++] = first;
  std::fill(factors.begin() + static_cast<std::ptrdiff_t>(count), factors.end(), 1);
  return first;
}

/// value * (product of the factors) / R^batch, R = 2^64.
std::uint64_t multiply_batch(const Montgomery& form, std::uint64_t value,
                             const std::array<std::uint64_t, batch>& factors) {
  std::array<std::uint64_t, chains> products;
  products.fill(form.one());
  products[0] = value;
  for (std::size_t i = 0; i < batch; i += chains)
    for (std::size_t chain = 0; chain < chains; ++chain)
      products[chain] = form.multiply(products[chain], factors[i + chain]);
  // Each further chain began with R, which its joining takes away again.
  for (std::size_t chain = 1; chain < chains; ++chain) products[0] = form.multiply(products[0], products[chain]);
  return products[0];
}

/// The product of all numbers from first to last, in Montgomery's form, for each modulus. Ends early when stopped.
std::vector<std::uint64_t> product_of_range(std::uint64_t first, std::uint64_t last, std::span<const Montgomery> forms,
                                            const std::stop_token& stop) {
  std::vector<std::uint64_t> values;
  for (const Montgomery& form : forms) values.push_back(form.one());
  std::array<std::uint64_t, batch> factors;
  std::uint64_t batches = 0;
  for (; first <= last && !stop.stop_requested(); ++batches) {
    first = fill_batch(factors, first, last);
    for (std::size_t i = 0; i < forms.size(); ++i) values[i] = multiply_batch(forms[i], values[i], factors);
  }
  // Every batch has divided by R^batch.
  for (std::size_t i = 0; i < forms.size(); ++i) {
    const std::uint64_t r_batch = forms[i].power(forms[i].to_form(forms[i].one()), batch);
    values[i] = forms[i].multiply(values[i], forms[i].power(r_batch, batches));
  }
  return values;
}

}  // namespace

engine::Status factorial_residues(std::uint64_t n, std::span<const engine::Modulus> moduli,
                                  std::span<engine::Residue> out, engine::Context& context) {
  assert(out.size() == moduli.size());
  // n! is 0 modulo every prime up to n; the product need only run for the others.
  std::vector<Montgomery> forms;
  for (const engine::Modulus modulus : moduli)
    if (modulus > n) forms.emplace_back(modulus);

  const std::uint64_t parts =
      forms.empty() ? 0 : std::min<std::uint64_t>(4 * context.executor.threads(), n / batch + 1);
  std::vector<std::vector<std::uint64_t>> products(parts);
  context.executor.parallel(parts, [&](std::size_t i) {
    const auto bound = [&](std::uint64_t part) {
      return static_cast<std::uint64_t>(engine::uint128{n} * part / parts);
    };
    products[i] = product_of_range(bound(i) + 1, bound(i + 1), forms, context.stop);
  });
  if (context.stop.stop_requested()) return engine::Status::stopped;

  std::size_t at = 0;
  for (std::size_t i = 0; i < moduli.size(); ++i) {
    out[i] = 0;
    if (moduli[i] <= n) continue;
    const Montgomery& form = forms[at];
    std::uint64_t value = form.one();
    for (const auto& product : products) value = form.multiply(value, product[at]);
    out[i] = form.from_form(value);
    ++at;
  }
  return engine::Status::ok;
}

}  // namespace decima::kinds
