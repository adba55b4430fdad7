#include "truth.hpp"

#include <gmp.h>

namespace decima::faults {

std::string factorial_by_gmp(std::uint64_t n) {
  mpz_t number;
  mpz_init(number);
  mpz_fac_ui(number, n);
  std::string text(mpz_sizeinbase(number, 10) + 2, '\0');
  mpz_get_str(text.data(), 10, number);
  mpz_clear(number);
  text.resize(text.find('\0'));
  return text;
}

}  // namespace decima::faults
