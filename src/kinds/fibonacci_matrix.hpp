#pragma once
#include <cstdint>

#include "engine/residue.hpp"

namespace decima::kinds {

/// A 2x2 matrix modulo m, by rows.
struct Matrix {
  engine::Residue a, b, c, d;
};

inline Matrix multiply(const Matrix& x, const Matrix& y, engine::Modulus m) {
  const auto entry = [m](engine::Residue p, engine::Residue q, engine::Residue r, engine::Residue s) {
    return (engine::multiply_mod(p, q, m) + engine::multiply_mod(r, s, m)) % m;
  };
  return {entry(x.a, y.a, x.b, y.c), entry(x.a, y.b, x.b, y.d), entry(x.c, y.a, x.d, y.c), entry(x.c, y.b, x.d, y.d)};
}

/// (1 1; 1 0)^n = (F(n+1) F(n); F(n) F(n-1)) modulo m.
inline Matrix fibonacci_matrix(std::uint64_t n, engine::Modulus m) {
  Matrix power{1, 0, 0, 1}, square{1, 1, 1, 0};
  for (; n != 0; n >>= 1, square = multiply(square, square, m))
    if (n & 1) power = multiply(power, square, m);
  return power;
}

}  // namespace decima::kinds
