// The product of the primes up to n, found by primesieve and multiplied as they come (engine/primorial.hpp), and
// checked by the plain product of primes that a sieve of its own finds.
#include "engine/primorial.hpp"
#include "kinds/prime_residues.hpp"
#include "kinds/record.hpp"

namespace decima::kinds {
namespace {

constexpr Parameter parameters[] = {
    {"n", "the largest number that may be a factor; it need not be a prime", 0, engine::primorial_most}};

constexpr std::uint64_t n_0[] = {0}, n_2[] = {2}, n_4[] = {4}, n_5[] = {5}, n_30[] = {30}, n_100[] = {100},
                        n_1000[] = {1000}, n_200000[] = {200000};
constexpr Sample samples[] = {
    {n_0, "1", ""},
    {n_2, "2", ""},
    {n_4, "6", ""},
    {n_5, "30", ""},
    {n_30, "6469693230", ""},
    {n_100, "2305567963945518424753102147331756070", ""},
    {n_1000, "", "a9e4a03bd3b996e8e431586511ca4a26e8212e5d6f81ce8deaecc093728e44c8"},
    {n_200000, "", "706c82e98da70c88780d4b3c77b30b9637785f6d4daf61d43843d9679449acb0"},
};

engine::Status residues(Arguments arguments, std::span<const engine::Modulus> moduli, std::span<engine::Residue> out,
                        engine::Context& context) {
  return prime_residues(arguments[0], moduli, out, context);
}

std::optional<std::uint64_t> trailing_zeros(Arguments arguments) { return arguments[0] < 5 ? 0 : 1; }

}  // namespace

extern const Kind primorial;
const Kind primorial{
    .name = "primorial",
    .plural = "primorials",
    .summary = "The primorial n#, the product of all primes up to n.",
    .parameters = parameters,
    .samples = samples,
    .estimate = estimate_by<engine::primorial_digits, engine::primorial_bytes, engine::primorial_work>,
    .compute = compute_by<engine::primorial>,
    .residues = residues,
    .trailing_zeros = trailing_zeros,
};

}  // namespace decima::kinds
