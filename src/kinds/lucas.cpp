// The Lucas numbers, computed from the Fibonacci numbers' doubling (engine/fibonacci.hpp), and checked by the trace of
// powers of the matrix (1 1; 1 0) modulo primes.
#include "engine/fibonacci.hpp"
#include "engine/magnitude.hpp"
#include "kinds/fibonacci_matrix.hpp"
#include "kinds/record.hpp"

namespace decima::kinds {
namespace {

constexpr Parameter parameters[] = {{"n", "the index of the Lucas number, with L(0) = 2 and L(1) = 1", 0, any_number}};

constexpr std::uint64_t n_0[] = {0}, n_1[] = {1}, n_2[] = {2}, n_86[] = {86}, n_87[] = {87}, n_100[] = {100},
                        n_1000[] = {1000}, n_100001[] = {100001};
constexpr Sample samples[] = {
    {n_0, "2", ""},
    {n_1, "1", ""},
    {n_2, "3", ""},
    {n_86, "939587134549734843", ""},
    {n_87, "1520283919093591604", ""},
    {n_100, "792070839848372253127", ""},
    {n_1000, "", "7fadd8d10094186c6bcdcc748fd48d0b073c1babb81a01fe3dd136f1b115602a"},
    {n_100001, "", "17b73c652e667d75f71cd8de282fedfc4590791fc48e89270c3281f93f08fc00"},
};

engine::Residue residue(std::uint64_t n, engine::Modulus m) {
  const Matrix power = fibonacci_matrix(n, m);
  return (power.a + power.d) % m;
}

// Modulo 5 the Lucas numbers go 2, 1, 3, 4 and again: none is 0.
std::optional<std::uint64_t> trailing_zeros(Arguments) { return 0; }

}  // namespace

extern const Kind lucas;
const Kind lucas{
    .name = "lucas",
    .plural = "lucas",
    .summary = "The Lucas number L(n) = L(n-1) + L(n-2).",
    .parameters = parameters,
    .samples = samples,
    .estimate = estimate_by<engine::lucas_digits, engine::lucas_bytes, engine::fibonacci_work>,
    .compute = compute_by<engine::lucas>,
    .residues = residues_by<residue>,
    .trailing_zeros = trailing_zeros,
};

}  // namespace decima::kinds
