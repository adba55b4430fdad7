#include "kinds/progression.hpp"

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

// While the product of two neighbours stays below 2^63, which Montgomery's reduction needs of a factor, they go as one.
constexpr std::uint64_t pairs_until = 3'000'000'000;
constexpr std::size_t chains = 4;  // products that do not wait for one another
constexpr std::size_t batch = 1024;

/// Takes numbers from the progression's beginning until the batch is full or none is left; 1s fill the rest.
void fill_batch(std::array<std::uint64_t, batch>& factors, Progression& numbers) {
  auto& [next, step, left] = numbers;
  std::size_t filled = 0;
  for (; filled < batch && left > 1 && next < pairs_until && step < pairs_until - next; next += 2 * step, left -= 2)
    factors[filled++] = next * (next + step);
  for (; filled < batch && left != 0; next += step, --left) factors[filled++] = next;
  std::fill(factors.begin() + static_cast<std::ptrdiff_t>(filled), factors.end(), 1);
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

/// The product of the numbers, in Montgomery's form, for each modulus. Ends early when stopped.
std::vector<std::uint64_t> product_of(Progression numbers, std::span<const Montgomery> forms,
                                      const std::stop_token& stop) {
  std::vector<std::uint64_t> values;
  for (const Montgomery& form : forms) values.push_back(form.one());
  std::array<std::uint64_t, batch> factors;
  std::uint64_t batches = 0;
  for (; numbers.count != 0 && !stop.stop_requested(); ++batches) {
    fill_batch(factors, numbers);
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

engine::Status progression_residues(const Progression& numbers, std::span<const engine::Modulus> moduli,
                                    std::span<engine::Residue> out, engine::Context& context) {
  assert(out.size() == moduli.size());
  const std::vector<Montgomery> forms(moduli.begin(), moduli.end());
  const std::uint64_t parts = std::min<std::uint64_t>(4 * context.executor.threads(), numbers.count / batch + 1);
  std::vector<std::vector<std::uint64_t>> products(parts);
  context.executor.parallel(parts, [&](std::size_t i) {
    const auto bound = [&](std::uint64_t part) {
      return static_cast<std::uint64_t>(engine::uint128{numbers.count} * part / parts);
    };
    const Progression part{numbers.first + bound(i) * numbers.step, numbers.step, bound(i + 1) - bound(i)};
    products[i] = product_of(part, forms, context.stop);
  });
  if (context.stop.stop_requested()) return engine::Status::stopped;
  for (std::size_t i = 0; i < forms.size(); ++i) {
    std::uint64_t value = forms[i].one();
    for (const auto& product : products) value = forms[i].multiply(value, product[i]);
    out[i] = forms[i].from_form(value);
  }
  return engine::Status::ok;
}

}  // namespace decima::kinds
