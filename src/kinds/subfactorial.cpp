// The subfactorial, or the number of derangements: computed from its recurrence by splitting (engine/subfactorial.hpp),
// and checked by inclusion and exclusion, the sum of (-1)^k n!/k!, modulo primes.
#include "engine/subfactorial.hpp"
#include "kinds/derangement_residues.hpp"
#include "kinds/record.hpp"

namespace decima::kinds {
namespace {

constexpr Parameter parameters[] = {{"n", "how many things change places", 0, any_number}};

constexpr std::uint64_t n_0[] = {0}, n_1[] = {1}, n_2[] = {2}, n_9[] = {9}, n_20[] = {20}, n_25[] = {25},
                        n_1000[] = {1000}, n_10001[] = {10001};
constexpr Sample samples[] = {
    {n_0, "1", ""},
    {n_1, "0", ""},
    {n_2, "1", ""},
    {n_9, "133496", ""},
    {n_20, "895014631192902121", ""},
    {n_25, "5706255282633466762357224", ""},
    {n_1000, "", "f2c19de5ca5ab4f1f456da52fa36e8dd1a70c6cb830cfadb1fc0b7160784dd5c"},
    {n_10001, "", "785c7661ed548646107a22754003d784e6c282fc677c841e0ab2a5596f9b4ab5"},
};

engine::Status residues(Arguments arguments, std::span<const engine::Modulus> moduli, std::span<engine::Residue> out,
                        engine::Context& context) {
  return derangement_residues(arguments[0], moduli, out, context);
}

std::optional<std::uint64_t> trailing_zeros(Arguments) { return std::nullopt; }

}  // namespace

extern const Kind subfactorial;
const Kind subfactorial{
    .name = "subfactorial",
    .plural = "subfactorials",
    .summary = "The subfactorial !n, the number of orders of n things that leave none in its place.",
    .parameters = parameters,
    .samples = samples,
    .estimate = estimate_by<engine::subfactorial_digits, engine::subfactorial_bytes, engine::subfactorial_work>,
    .compute = compute_by<engine::subfactorial>,
    .residues = residues,
    .trailing_zeros = trailing_zeros,
};

}  // namespace decima::kinds
