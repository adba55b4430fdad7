#include "engine/ntt.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "engine/arena.hpp"
#include "engine/context.hpp"
#include "engine/executor.hpp"
#include "engine/kernels.hpp"
#include "engine/ntt_primes.hpp"
#include "engine/ntt_shape.hpp"
#include "engine/stack_frame.hpp"

namespace decima::engine {
namespace {

using Number = std::vector<std::uint64_t>;
constexpr std::uint64_t radix = 1'000'000'000'000'000'000;
constexpr std::uint64_t nine = radix - 1;

/// The judge: independent of everything it judges, and simple.
Number schoolbook(const Number& a, const Number& b) {
  Number out(a.size() + b.size());
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::uint64_t carry = 0;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const unsigned __int128 sum = static_cast<unsigned __int128>(a[i]) * b[j] + out[i + j] + carry;
      out[i + j] = static_cast<std::uint64_t>(sum % radix);
      carry = static_cast<std::uint64_t>(sum / radix);
    }
    out[i + b.size()] = carry;
  }
  return out;
}

/// The value of a number modulo m, to check products too long for the schoolbook.
std::uint64_t modulo(const Number& a, std::uint64_t m) {
  unsigned __int128 value = 0;
  for (std::size_t i = a.size(); i-- > 0;) value = (value * (radix % m) + a[i]) % m;
  return static_cast<std::uint64_t>(value);
}

class Ntt : public testing::TestWithParam<const Kernel*> {
 protected:
  void SetUp() override { use_kernel(*GetParam()); }
  void TearDown() override { use_kernel(*choose_kernel("").kernel); }

  Number random(std::size_t length) {
    Number a(length);
    for (auto& limb : a) limb = random_() % radix;
    return a;
  }

  /// Surrounds the result with words that must survive.
  Number product(const Number& a, const Number& b, unsigned threads = 1) {
    constexpr std::uint64_t canary = 0x5afe5afe5afe5afe;
    Executor executor(threads);
    Context context{arena_, executor, {}, progress_};
    Number out(a.size() + b.size() + 2, canary);
    const Arena::Mark mark = arena_.mark();
    const std::span result(out.data() + 1, a.size() + b.size());
    EXPECT_EQ(&a == &b ? ntt_square(result, a, context) : ntt_multiply(result, a, b, context), Status::ok);
    EXPECT_EQ(arena_.mark(), mark);
    EXPECT_TRUE(out.front() == canary && out.back() == canary);
    const Number whole(result.begin(), result.end());
    EXPECT_TRUE(product_in_place(a, b, context) == whole) << a.size() << " by " << b.size() << " limbs, in place";
    EXPECT_EQ(arena_.mark(), mark);
    return whole;
  }

  /// The same where the first operand makes way for the product.
  Number product_in_place(const Number& a, const Number& b, Context& context) {
    const StackFrame frame(arena_);
    const std::size_t length = a.size() + b.size();
    const auto room = arena_.take(&a == &b ? std::max(length, ntt_square_room(a.size())) : length);
    std::ranges::copy(a, room.begin());
    EXPECT_EQ(
        &a == &b ? ntt_square_in_place(room, a.size(), context) : ntt_multiply(room, room.first(a.size()), b, context),
        Status::ok);
    return {room.begin(), room.begin() + static_cast<std::ptrdiff_t>(length)};
  }

  void expect_product(const Number& a, const Number& b, unsigned threads = 1) {
    const Number expected = schoolbook(a, b);
    EXPECT_TRUE(product(a, b, threads) == expected) << a.size() << " by " << b.size() << " limbs";
    if (a == b) {
      EXPECT_TRUE(product(a, a, threads) == expected) << a.size() << " squared";
    }
  }

  /// By its residues modulo two primes of 61 bits.
  void expect_long_product(const Number& a, const Number& b, unsigned threads) {
    const Number c = product(a, b, threads);
    EXPECT_TRUE(std::ranges::all_of(c, [](std::uint64_t limb) { return limb < radix; }));
    for (const std::uint64_t m : {(std::uint64_t{1} << 61) - 1, (std::uint64_t{1} << 61) - 31}) {
      const auto expected = static_cast<std::uint64_t>(static_cast<unsigned __int128>(modulo(a, m)) * modulo(b, m) % m);
      EXPECT_EQ(modulo(c, m), expected) << a.size() << " by " << b.size() << " limbs, " << threads << " threads";
    }
  }

  std::mt19937_64 random_{20261121};
  Arena arena_{std::size_t{1} << 30};
  Progress progress_;
};

TEST_P(Ntt, AgreesWithSchoolbookAtEverySmallLength) {
  for (std::size_t n = 1; n <= 70; ++n) {
    const Number a = random(n);
    expect_product(a, a);
    for (const std::size_t m : {std::size_t{1}, std::size_t{2}, std::size_t{3}, (n + 1) / 2, n})
      expect_product(a, random(m));
  }
}

TEST_P(Ntt, AgreesWithSchoolbookAroundEveryLengthOfTransform) {
  for (std::size_t length = 1; length <= 4000; length = shape_for(length).length() + 1) {
    const std::size_t whole = shape_for(length).length();
    for (const std::size_t sum : {whole - 1, whole, whole + 1}) {
      expect_product(random(sum / 2), random(sum - sum / 2));
      expect_product(random(sum / 5 + 1), random(sum - sum / 5 - 1));
    }
  }
}

TEST_P(Ntt, AgreesWithSchoolbookAtRandomLengths) {
  for (int i = 0; i < 40; ++i) expect_product(random(1 + random_() % 1500), random(1 + random_() % 1500));
}

TEST_P(Ntt, CarriesThroughNines) {
  for (const std::size_t n : {1, 2, 7, 8, 9, 63, 64, 65, 500, 1024, 3000}) {
    const Number nines(n, nine);
    expect_product(nines, nines);
    expect_product(nines, Number(n / 2 + 1, nine));
    Number one_less = nines;
    one_less[0] -= 1;
    expect_product(nines, one_less);
    Number power(n, 0);
    power.back() = 1;
    expect_product(nines, power);
    expect_product(power, power);
    expect_product(Number(n, 0), nines);
  }
}

// (10^18n − 1)·(10^18m + 1) = 10^18(n+m) + 10^18n − 10^18m − 1: long runs of nines and noughts in the result, so that
// carries ripple over vectors, rows and the threads' parts.
TEST_P(Ntt, CarriesFarAcrossRowsAndThreads) {
  for (const unsigned threads : {1U, 2U, 3U, 8U})
    for (const std::size_t n : {5000, 40000, 50001}) {
      const Number nines(n, nine);
      Number power(n + 1, 0);
      power[0] = power[n] = 1;
      Number expected(2 * n + 1, nine);  // 10^36n − 1
      expected.back() = 0;
      EXPECT_TRUE(product(nines, power, threads) == expected) << n << " limbs, " << threads << " threads";
    }
}

// The square of n limbs of nines is 10^36n − 2·10^18n + 1; its middle coefficient is the largest there can be.
TEST_P(Ntt, HoldsTheLargestCoefficients) {
  const std::size_t n = GetParam() == &generic_kernel ? 100'000 : 1'000'000;
  Number expected(2 * n, 0);
  expected[0] = 1;
  std::fill(expected.begin() + static_cast<std::ptrdiff_t>(n), expected.end(), nine);
  expected[n] -= 1;
  const Number nines(n, nine);
  EXPECT_TRUE(product(nines, nines, 2) == expected);
}

TEST_P(Ntt, AgreesOnAnyNumberOfThreads) {
  for (unsigned threads = 1; threads <= 8; ++threads) {
    for (const std::size_t n : {4000, 4096, 5000, 10'000, 20'000, 25'000}) {
      const Number a = random(n);
      expect_long_product(a, a, threads);
      expect_long_product(a, random(n - 99), threads);
    }
    expect_long_product(random(40'000), random(35'000), threads);
  }
}

// Just as long as a transform of many rows of blocks, for each odd factor, and one limb longer.
TEST_P(Ntt, AgreesAtLongMixedLengths) {
  for (const std::size_t odd : {4, 5, 6, 7})
    for (const std::size_t length : {odd << 15, (odd << 15) + 1}) {
      const Number a = random(length / 2);
      expect_long_product(a, random(length - length / 2), 2);
      expect_long_product(random(length / 4), random(length - length / 4), 1);
      expect_long_product(a, a, 3);
    }
}

TEST_P(Ntt, MultipliesTheSmallWithTheHuge) {
  const Number huge = random(30'000);
  for (const std::size_t n : {1, 2, 100, 129, 1000, 7000, 14'000}) {
    expect_long_product(huge, random(n), 1);
    expect_long_product(Number(n, nine), huge, 2);
    expect_long_product(Number(20'000, nine), Number(n, nine), 3);
  }
}

TEST_P(Ntt, StopsWhenAsked) {
  Executor executor(2);
  std::stop_source source;
  source.request_stop();
  Context context{arena_, executor, source.get_token(), progress_};
  const Number a = random(20'000), b = random(300);
  Number out(2 * a.size());
  EXPECT_EQ(ntt_square(out, a, context), Status::stopped);
  EXPECT_EQ(ntt_multiply(out, a, b, context), Status::stopped);
  EXPECT_EQ(arena_.mark(), Arena::Mark{0});
}

TEST_P(Ntt, TakesTheScratchItSays) {
  for (const unsigned threads : {1U, 3U}) {
    Executor executor(threads);
    for (const std::size_t n : {1, 100, 1000, 5000, 20'000, 50'000}) {
      const Number a = random(n), b = random(n / 30 + 1);
      Number out(2 * n + 1);
      Arena exact(8 * ntt_scratch(n, b.size(), threads)), exact_square(8 * ntt_square_scratch(n, threads));
      Context context{exact, executor, {}, progress_}, square_context{exact_square, executor, {}, progress_};
      EXPECT_EQ(ntt_multiply(out, b, a, context), Status::ok);
      EXPECT_EQ(ntt_square(out, a, square_context), Status::ok);
      Arena tight(8 * (ntt_scratch(n, b.size(), threads) - 8));
      Context tight_context{tight, executor, {}, progress_};
      EXPECT_EQ(ntt_multiply(out, b, a, tight_context), Status::out_of_memory);
    }
  }
}

std::vector<const Kernel*> available_kernels() {
  std::vector<const Kernel*> result;
  for (const KernelEntry& entry : kernels())
    if (entry.available) result.push_back(entry.kernel);
  return result;
}

INSTANTIATE_TEST_SUITE_P(Kernels, Ntt, testing::ValuesIn(available_kernels()),
                         [](const auto& info) { return std::string(info.param->name); });

TEST(NttShape, WastesLittle) {
  for (std::size_t n = 128; n < 100'000'000; n += n / 7) {
    const Shape shape = shape_for(n);
    EXPECT_GE(shape.length(), n);
    EXPECT_LE(shape.length(), n + n / 3 + 1);
  }
  EXPECT_EQ(shape_for(max_length).length(), max_length);
}

// Six multiples of each prime in 52 bits, and room for the middle coefficient of two operands of nines.
TEST(NttPrimes, HoldWhatTheyPromise) {
  long double product = 1;
  for (const Prime& prime : ntt_primes) {
    EXPECT_LT(prime.modulus, (std::uint64_t{1} << 52) / 6);
    EXPECT_EQ((prime.modulus - 1) % (std::uint64_t{105} << ntt_two_adicity), 0U);
    EXPECT_EQ(prime.modulus * prime.inverse, 1U);
    product *= static_cast<long double>(prime.modulus);
  }
  EXPECT_LT(static_cast<long double>(max_operand) * nine * nine, product);
}

}  // namespace
}  // namespace decima::engine
