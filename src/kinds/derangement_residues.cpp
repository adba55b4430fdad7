#include "kinds/derangement_residues.hpp"

#include <algorithm>
#include <vector>

#include "engine/executor.hpp"
#include "engine/limb.hpp"
#include "engine/montgomery.hpp"

namespace decima::kinds {
namespace {

using engine::Montgomery;
using engine::Residue;

constexpr std::uint64_t steps_between_stops = 1 << 20;

/// Of the numbers low < i <= high, in Montgomery's form: their product, and the sum of (-1)^k times the product of
/// those above k, for k from high - 1 down to low.
struct Part {
  std::uint64_t product, sum;
};

/// The same form from 0 to m - 1; products are below 2 m.
std::uint64_t reduced(std::uint64_t form, engine::Modulus m) { return form >= m ? form - m : form; }

Part part_of(std::uint64_t low, std::uint64_t high, const Montgomery& form, const std::stop_token& stop) {
  const engine::Modulus m = form.modulus();
  Part part{form.one(), 0};
  std::uint64_t factor = reduced(form.to_form(high), m);
  for (std::uint64_t k = high; k-- > low;) {
    part.product = form.multiply(part.product, factor);
    const std::uint64_t term = reduced(part.product, m);
    part.sum = k % 2 == 0 ? part.sum + term : part.sum + m - term;
    if (part.sum >= m) part.sum -= m;
    factor = factor >= form.one() ? factor - form.one() : factor + m - form.one();
    if (k % steps_between_stops == 0 && stop.stop_requested()) break;
  }
  return part;
}

/// The parts from the highest to the lowest: each term of a lower one has the products of all above as factors.
Residue whole_of(std::uint64_t n, std::span<const Part> parts, const Montgomery& form) {
  const engine::Modulus m = form.modulus();
  std::uint64_t above = form.one(), sum = n % 2 == 0 ? form.one() : m - form.one();
  for (const Part& part : parts) {
    sum = (sum + form.multiply(above, part.sum)) % m;
    above = form.multiply(above, part.product);
  }
  return form.from_form(sum);
}

}  // namespace

engine::Status derangement_residues(std::uint64_t n, std::span<const engine::Modulus> moduli,
                                    std::span<engine::Residue> out, engine::Context& context) {
  const std::uint64_t pieces = std::min<std::uint64_t>(4 * context.executor.threads(), n / 1024 + 1);
  const std::vector<Montgomery> forms(moduli.begin(), moduli.end());
  std::vector<Part> parts(forms.size() * pieces);
  const auto bound = [&](std::uint64_t piece) {
    return static_cast<std::uint64_t>(engine::uint128{n} * (pieces - piece) / pieces);
  };
  context.executor.parallel(parts.size(), [&](std::size_t i) {
    const std::uint64_t piece = i % pieces;
    parts[i] = part_of(bound(piece + 1), bound(piece), forms[i / pieces], context.stop);
  });
  if (context.stop.stop_requested()) return engine::Status::stopped;
  for (std::size_t i = 0; i < forms.size(); ++i)
    out[i] = whole_of(n, std::span(parts).subspan(i * pieces, pieces), forms[i]);
  return engine::Status::ok;
}

}  // namespace decima::kinds
