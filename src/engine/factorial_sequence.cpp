#include "engine/factorial_sequence.hpp"

#include "engine/natural.hpp"

namespace decima::engine {

FactorialSequence::FactorialSequence(std::uint64_t n, const Decimal& value)
    : limbs_(value.mantissa.begin(), value.mantissa.end()), n_(n), zeros_(value.zeros) {}

void FactorialSequence::step() {
  ++n_;
  const Limbs number = std::span(limbs_).subspan(first_);
  const std::uint64_t carry = multiply_word(number, number, n_);
  if (carry != 0) limbs_.push_back(carry);
  while (limbs_[first_] == 0) {
    ++first_;
    zeros_ += digits_per_limb;
  }
}

}  // namespace decima::engine
