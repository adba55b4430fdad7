// The Fibonacci numbers, computed by doubling the index with squarings (engine/fibonacci.hpp), and checked by powers of
// the matrix (1 1; 1 0) modulo primes.
#include "engine/fibonacci.hpp"

#include <algorithm>
#include <bit>

#include "engine/magnitude.hpp"
#include "kinds/fibonacci_matrix.hpp"
#include "kinds/record.hpp"

namespace decima::kinds {
namespace {

constexpr Parameter parameters[] = {
    {"n", "the index of the Fibonacci number, with F(0) = 0 and F(1) = 1", 0, any_number}};

constexpr std::uint64_t n_0[] = {0}, n_1[] = {1}, n_2[] = {2}, n_87[] = {87}, n_100[] = {100}, n_300[] = {300},
                        n_1000[] = {1000}, n_100000[] = {100000};
constexpr Sample samples[] = {
    {n_0, "0", ""},
    {n_1, "1", ""},
    {n_2, "1", ""},
    {n_87, "679891637638612258", ""},
    {n_100, "354224848179261915075", ""},
    {n_300, "222232244629420445529739893461909967206666939096499764990979600", ""},
    {n_1000, "", "30ad6e2a0cbbd0a636a53ce8df4f703ece426736cf4777519f1c5cffbea2e220"},
    {n_100000, "", "9fe22f691a91170da9006226d479ad986b2f92021b7045ecfb0a5091b641b802"},
};

engine::Residue residue(std::uint64_t n, engine::Modulus m) { return fibonacci_matrix(n, m).b; }

// Lengyel, "The order of the Fibonacci and Lucas numbers" (1995): 5 divides F(n) as often as n; 2 divides it not at all
// unless 3 divides n, once if n is 3 modulo 6, three times if 6 modulo 12, and twice more often than n if 12 divides n.
std::optional<std::uint64_t> trailing_zeros(Arguments arguments) {
  const std::uint64_t n = arguments[0];
  if (n == 0) return std::nullopt;
  if (n % 3 != 0) return 0;
  std::uint64_t fives = 0;
  for (std::uint64_t left = n; left % 5 == 0; left /= 5) ++fives;
  const std::uint64_t twos = n % 2 != 0 ? 1 : n % 4 != 0 ? 3 : static_cast<std::uint64_t>(std::countr_zero(n)) + 2;
  return std::min(twos, fives);
}

}  // namespace

extern const Kind fibonacci;
const Kind fibonacci{
    .name = "fibonacci",
    .plural = "fibonaccis",
    .summary = "The Fibonacci number F(n) = F(n-1) + F(n-2).",
    .parameters = parameters,
    .samples = samples,
    .estimate = estimate_by<engine::fibonacci_digits, engine::fibonacci_bytes, engine::fibonacci_work>,
    .compute = compute_by<engine::fibonacci>,
    .residues = residues_by<residue>,
    .trailing_zeros = trailing_zeros,
};

}  // namespace decima::kinds
