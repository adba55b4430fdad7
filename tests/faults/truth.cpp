#include "truth.hpp"

#include <gmp.h>

#include <map>
#include <mutex>

namespace decima::faults {
namespace {

std::string computed(std::uint64_t n) {
  mpz_t number;
  mpz_init(number);
  mpz_fac_ui(number, n);
  std::string text(mpz_sizeinbase(number, 10) + 2, '\0');
  mpz_get_str(text.data(), 10, number);
  mpz_clear(number);
  text.resize(text.find('\0'));
  return text;
}

}  // namespace

const std::string& factorial_by_gmp(std::uint64_t n) {
  static std::mutex mutex;
  static std::map<std::uint64_t, std::string> known;
  const std::lock_guard lock(mutex);
  std::string& text = known[n];
  if (text.empty()) text = computed(n);
  return text;
}

}  // namespace decima::faults
