#pragma once
#include <cstdint>

#include "engine/decimal.hpp"
#include "engine/outcome.hpp"

namespace decima::engine {

struct Context;

/// The n-th Fibonacci number, F(0) = 0 and F(1) = 1, by doubling: each level takes two squarings of half its length,
/// the last one a single product.
Outcome<Decimal> fibonacci(std::uint64_t n, Context& context);

/// The most bytes of the arena that fibonacci(n) takes, within 10 % for results above a few MiB; the largest 64-bit
/// number where it is larger than that.
std::uint64_t fibonacci_bytes(std::uint64_t n, unsigned threads);
/// What fibonacci(n) adds to the progress.
std::uint64_t fibonacci_work(std::uint64_t n);

/// The n-th Lucas number, L(0) = 2 and L(1) = 1, by the same doubling with another last step. Adds fibonacci_work(n) to
/// the progress.
Outcome<Decimal> lucas(std::uint64_t n, Context& context);
std::uint64_t lucas_bytes(std::uint64_t n, unsigned threads);

}  // namespace decima::engine
