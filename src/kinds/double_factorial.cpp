// The double factorial: for n = 2m it is 2^m m!, for n = 2m + 1 it is n! / (2^m m!). Computed from the exponents of its
// primes (engine/factorial_quotient.hpp), and checked by the plain product n (n-2) (n-4) … modulo primes.
#include "kinds/progression.hpp"
#include "kinds/quotient.hpp"

namespace decima::kinds {
namespace {

constexpr Parameter parameters[] = {{"n", "the number whose double factorial is wanted", 0, any_number}};

constexpr std::uint64_t n_0[] = {0}, n_1[] = {1}, n_9[] = {9}, n_10[] = {10}, n_30[] = {30}, n_31[] = {31},
                        n_1001[] = {1001}, n_20000[] = {20000};
constexpr Sample samples[] = {
    {n_0, "1", ""},
    {n_1, "1", ""},
    {n_9, "945", ""},
    {n_10, "3840", ""},
    {n_30, "42849873690624000", ""},
    {n_31, "191898783962510625", ""},
    {n_1001, "", "b77c2628ee10b8b3ea15426ad81f8d2d19e2e889d0fd6260de370c086a060c67"},
    {n_20000, "", "91fa17bfedd9de1d90279e638ade190216a360fbf105882bfceaefc6c723755f"},
};

/// The quotient that n!! is, and what it refers to.
struct Quotient {
  explicit Quotient(std::uint64_t n) : half{n / 2} {
    const auto twos = static_cast<std::int64_t>(n / 2);
    if (n % 2 == 0)
      value = {n / 2, {}, twos};
    else
      value = {n, half, -twos};
  }
  Quotient(const Quotient&) = delete;
  Quotient& operator=(const Quotient&) = delete;
  std::uint64_t half[1];
  engine::FactorialQuotient value;
};

engine::Status residues(Arguments arguments, std::span<const engine::Modulus> moduli, std::span<engine::Residue> out,
                        engine::Context& context) {
  const std::uint64_t n = arguments[0];
  return progression_residues({n % 2 == 0 ? 2U : 1U, 2, n / 2 + n % 2}, moduli, out, context);
}

}  // namespace

extern const Kind double_factorial;
const Kind double_factorial{
    .name = "double_factorial",
    .plural = "double_factorials",
    .summary = "The double factorial n!! = n * (n-2) * (n-4) * …, down to 2 or 1.",
    .parameters = parameters,
    .samples = samples,
    .estimate = QuotientKind<Quotient>::estimate,
    .compute = QuotientKind<Quotient>::compute,
    .residues = residues,
    .trailing_zeros = QuotientKind<Quotient>::trailing_zeros,
};

}  // namespace decima::kinds
