#include "rows.hpp"

#include <gmp.h>

#include <random>

#include "engine/arena.hpp"
#include "engine/decimal.hpp"
#include "engine/multiply.hpp"
#include "engine/stack_frame.hpp"
#include "kinds/registry.hpp"
#include "whole_run.hpp"

namespace {

using namespace decima;

struct Integer {
  Integer() { mpz_init(value); }
  ~Integer() { mpz_clear(value); }
  Integer(const Integer&) = delete;
  Integer& operator=(const Integer&) = delete;
  mpz_t value;
};

/// GMP's whole run: the number, then its text into memory that is there already.
Contest kind_contest(const kinds::Kind& kind, std::uint64_t n, void (*compute)(mpz_ptr, unsigned long),
                     engine::Context& context) {
  const std::vector<std::uint64_t> arguments{n};
  const auto text = std::make_shared<std::vector<char>>(kind.estimate(arguments, 1).digits + 2);
  const auto integer = std::make_shared<Integer>();
  return {[&kind, arguments, &context] {
            const auto digits = bench::whole_run(kind, arguments, context);
            return digits ? *digits : 0;
          },
          [=] {
            compute(integer->value, n);
            mpz_get_str(text->data(), 10, integer->value);
          }};
}

Row kind_row(const char* name, std::uint64_t n, bool long_running, void (*compute)(mpz_ptr, unsigned long)) {
  const kinds::Kind& kind = *kinds::find(name);
  return {std::string(name) + " " + std::to_string(n), long_running,
          [=, &kind](engine::Context& context) { return kind_contest(kind, n, compute, context); }};
}

/// Random operands of the same size: ours in radix 10^18, GMP's in binary. No text on either side.
Contest multiply_contest(std::uint64_t digits, engine::Context& context) {
  const std::size_t limbs = (digits + engine::digits_per_limb - 1) / engine::digits_per_limb;
  const auto a = std::make_shared<std::vector<std::uint64_t>>(limbs),
             b = std::make_shared<std::vector<std::uint64_t>>(limbs);
  std::mt19937_64 random(digits);
  for (auto* operand : {a.get(), b.get()})
    for (std::uint64_t& limb : *operand) limb = random() % engine::radix;

  const auto integers = std::make_shared<std::array<Integer, 3>>();
  gmp_randstate_t state;
  gmp_randinit_default(state);
  for (std::size_t i = 0; i < 2; ++i)
    mpz_urandomb((*integers)[i].value, state,
                 static_cast<mp_bitcnt_t>(static_cast<double>(digits) * 3.3219280948873623));
  gmp_randclear(state);
  return {[=, &context]() -> std::uint64_t {
            const engine::StackFrame frame(context.arena);
            const engine::Limbs out = context.arena.take(2 * limbs);
            if (out.empty() || engine::multiply(out, *a, *b, context) != engine::Status::ok) return 0;
            return 2 * digits;
          },
          [=] { mpz_mul((*integers)[2].value, (*integers)[0].value, (*integers)[1].value); }};
}

Row multiply_row(std::uint64_t digits, bool long_running) {
  return {"multiply " + std::to_string(digits), long_running,
          [=](engine::Context& context) { return multiply_contest(digits, context); }};
}

}  // namespace

std::vector<Row> all_rows() {
  std::vector<Row> rows;
  for (const std::uint64_t n : {1'000, 20'000, 100'000, 1'000'000, 10'000'000, 100'000'000})
    rows.push_back(kind_row("factorial", n, n > 10'000'000, mpz_fac_ui));
  for (const std::uint64_t n : {1'000'000, 10'000'000, 100'000'000, 1'000'000'000})
    rows.push_back(kind_row("fibonacci", n, n > 100'000'000, mpz_fib_ui));
  for (const std::uint64_t digits : {1'000'000, 10'000'000, 100'000'000, 1'000'000'000})
    rows.push_back(multiply_row(digits, digits > 100'000'000));
  return rows;
}
