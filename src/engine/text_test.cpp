#include <gtest/gtest.h>

#include "engine/decimal.hpp"
#include "engine/test_support.hpp"
#include "engine/text_format.hpp"

namespace decima::engine {
namespace {

using testing::text_of;
using testing::Workplace;

std::string simple_text(const std::vector<std::uint64_t>& limbs, std::uint64_t zeros) {
  std::string text;
  for (std::size_t i = limbs.size(); i-- > 0;) {
    const std::string limb = std::to_string(limbs[i]);
    text += (i + 1 == limbs.size() ? "" : std::string(digits_per_limb - limb.size(), '0')) + limb;
  }
  return text + std::string(zeros, '0');
}

TEST(Text, OfZeroIsOneDigit) {
  EXPECT_EQ(text_of(Decimal{}), "0");
  EXPECT_EQ(digit_count(Decimal{}), 1U);
}

TEST(Text, OfOneLimb) {
  for (std::uint64_t power = 1; power < radix; power *= 10)
    for (const std::uint64_t value : {power, power * 10 - 1}) {
      const std::vector<std::uint64_t> limbs{value};
      EXPECT_EQ(text_of(Decimal{limbs, 3}), std::to_string(value) + "000");
      EXPECT_EQ(digit_count(Decimal{limbs, 3}), std::to_string(value).size() + 3);
    }
}

TEST(Text, OfAnyLength) {
  testing::Random random(5);
  for (const std::size_t length : {1, 2, 7, 8, 9, 100, 3639, 3640, 3641, 8000}) {
    std::vector<std::uint64_t> limbs = testing::awkward_limbs(random, length);
    limbs.back() = 1 + random() % (radix - 1);
    const std::uint64_t zeros = random() % 200'000;
    const std::string text = text_of(Decimal{limbs, zeros});
    EXPECT_EQ(text, simple_text(limbs, zeros));
    EXPECT_EQ(digit_count(Decimal{limbs, zeros}), text.size());
  }
}

/// The two kernels side by side, which takes a processor that can run both. One without AVX-512 only ever runs the
/// generic kernel, and Text.OfAnyLength judges whichever is in use by simple_text.
class TextByKernel : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!has_avx512_format()) GTEST_SKIP() << "this processor has no AVX-512";
  }

  void expect_alike(const std::vector<std::uint64_t>& limbs) {
    std::string expected(limbs.size() * digits_per_limb, ' '), text = expected;
    format_limbs_generic(expected.data(), limbs);
    format_limbs_avx512(text.data(), limbs);
    EXPECT_TRUE(text == expected);
  }
};

TEST_F(TextByKernel, IsAlike) {
  testing::Random random(6);
  std::vector<std::uint64_t> limbs = testing::awkward_limbs(random, 100'000);
  for (std::uint64_t power = 1; power < radix; power *= 10)
    for (const std::uint64_t value : {power - 1, power, 9 * power, 10 * power - 1}) limbs.push_back(value);
  expect_alike(limbs);
}

TEST_F(TextByKernel, IsAlikeForManyGroupsOfEightDigits) {
  constexpr std::uint64_t group = 100'000'000, step = 997;  // of each thousand about one, and the edges
  std::vector<std::uint64_t> limbs;
  for (std::uint64_t value = 0; value < group; value += step) {
    const std::uint64_t edge = value / 1000 * 1000;
    limbs.push_back(((value % 100) * group + value) * group + edge);
    limbs.push_back(((value % 97) * group + (edge + group - 1) % group) * group + value);
  }
  expect_alike(limbs);
}

class CountingSink : public TextSink {
 public:
  explicit CountingSink(int most) : left_(most) {}
  bool write(std::string_view piece) override {
    EXPECT_LE(piece.size(), std::size_t{1} << 20);
    EXPECT_GE(left_, 1) << "written to after it wanted no more";
    return --left_ > 0;
  }

 private:
  int left_;
};

TEST(Text, EndsWhenTheSinkWantsNoMore) {
  Workplace place;
  const std::vector<std::uint64_t> limbs(100'000, 1);
  CountingSink sink(3);
  EXPECT_EQ(write_text({limbs, 0}, place.context, sink), Status::stopped);
}

class StoppingSink : public TextSink {
 public:
  explicit StoppingSink(std::stop_source& stopper) : stopper_(stopper) {}
  bool write(std::string_view) override {
    EXPECT_FALSE(stopper_.stop_requested()) << "written to after the stop";
    stopper_.request_stop();
    return true;
  }

 private:
  std::stop_source& stopper_;
};

TEST(Text, EndsAtTheNextPieceAfterAStop) {
  const std::vector<std::uint64_t> limbs(100'000, 1), one{1};
  for (const Decimal& value : {Decimal{limbs, 0}, Decimal{one, 1'000'000}}) {
    Workplace place;
    StoppingSink sink(place.stopper);
    EXPECT_EQ(write_text(value, place.context, sink), Status::stopped);
  }
}

TEST(Text, EndsWhenStopped) {
  Workplace place;
  place.stopper.request_stop();
  testing::StringSink sink;
  EXPECT_EQ(write_text({{}, 0}, place.context, sink), Status::ok) << "there is nothing to stop in one digit";
  const std::vector<std::uint64_t> limbs(100'000, 1);
  EXPECT_EQ(write_text({limbs, 5}, place.context, sink), Status::stopped);
}

}  // namespace
}  // namespace decima::engine
