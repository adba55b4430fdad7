#pragma once
// What the engine's tests share: a workplace for computations, GMP as oracle, numbers with awkward limbs.
#include <gmp.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "engine/arena.hpp"
#include "engine/context.hpp"
#include "engine/decimal.hpp"
#include "engine/executor.hpp"
#include "engine/natural.hpp"

namespace decima::engine::testing {

struct Workplace {
  explicit Workplace(unsigned threads = 1, std::size_t ceiling = std::size_t{1} << 32)
      : arena(ceiling), executor(threads) {}
  Arena arena;
  Executor executor;
  std::stop_source stopper;
  Progress progress;
  Context context{arena, executor, stopper.get_token(), progress};
};

class StringSink : public TextSink {
 public:
  bool write(std::string_view piece) override {
    text += piece;
    return true;
  }
  std::string text;
};

inline std::string text_of(const Decimal& value) {
  Workplace place;
  StringSink sink;
  EXPECT_EQ(write_text(value, place.context, sink), Status::ok);
  return sink.text;
}

inline std::string text_of(Natural a) { return text_of(Decimal{trimmed(a), 0}); }

/// Owns a GMP integer.
class Integer {
 public:
  Integer() { mpz_init(value_); }
  explicit Integer(const std::string& text) { mpz_init_set_str(value_, text.c_str(), 10); }
  ~Integer() { mpz_clear(value_); }
  Integer(const Integer&) = delete;
  Integer& operator=(const Integer&) = delete;
  mpz_ptr get() { return value_; }
  std::string text() const {
    std::string digits(mpz_sizeinbase(value_, 10) + 2, '\0');
    mpz_get_str(digits.data(), 10, value_);
    digits.resize(digits.find('\0'));
    return digits;
  }

 private:
  mpz_t value_;
};

inline std::string gmp_product(Natural a, Natural b) {
  Integer x(text_of(a)), y(text_of(b)), product;
  mpz_mul(product.get(), x.get(), y.get());
  return product.text();
}

inline std::string gmp_factorial(unsigned long n) {
  Integer value;
  mpz_fac_ui(value.get(), n);
  return value.text();
}

using Random = std::mt19937_64;

/// `length` limbs: mostly random, with runs of the limbs at which carries go wrong.
inline std::vector<std::uint64_t> awkward_limbs(Random& random, std::size_t length) {
  std::vector<std::uint64_t> limbs(length);
  const std::uint64_t style = random() % 4;
  for (std::uint64_t& limb : limbs) {
    const std::uint64_t dice = style == 0 ? 9 : random() % 10;
    limb = style == 1 || dice < 2 ? radix - 1 : dice < 4 ? 0 : random() % radix;
  }
  return limbs;
}

}  // namespace decima::engine::testing
