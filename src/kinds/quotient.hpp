#pragma once
#include "engine/factorial_quotient.hpp"
#include "kinds/record.hpp"

namespace decima::kinds {

/// The functions of a kind whose number is a quotient of factorials, each in the place that Kind has for it.
/// Quotient(n).value is the quotient for the argument n, and refers to what lives in Quotient(n).
template <class Quotient>
struct QuotientKind {
  static Estimate estimate(Arguments arguments, unsigned threads) {
    const Quotient quotient(arguments[0]);
    return {quotient.value.digits(), bytes_of(quotient.value, threads), work_of(quotient.value)};
  }
  static engine::Outcome<engine::Decimal> compute(Arguments arguments, engine::Context& context) {
    context.arena.rewind(0);
    return engine::compute(Quotient(arguments[0]).value, context);
  }
  static std::optional<std::uint64_t> trailing_zeros(Arguments arguments) {
    return Quotient(arguments[0]).value.zeros();
  }
};

}  // namespace decima::kinds
