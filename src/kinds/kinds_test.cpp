#include <gtest/gtest.h>
#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

#include "engine/arena.hpp"
#include "engine/executor.hpp"
#include "kinds/registry.hpp"

namespace decima::kinds {
namespace {

struct Workplace {
  explicit Workplace(unsigned threads) : executor(threads) {}
  engine::Arena arena{std::size_t{1} << 32};
  engine::Executor executor;
  std::stop_source stopper;
  engine::Progress progress;
  engine::Context context{arena, executor, stopper.get_token(), progress};
};

class StringSink : public engine::TextSink {
 public:
  bool write(std::string_view piece) override {
    text += piece;
    return true;
  }
  std::string text;
};

std::string sha256(std::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
  unsigned size = 0;
  EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_sha256(), nullptr);
  std::string hex;
  for (unsigned i = 0; i < size; ++i) {
    constexpr char alphabet[] = "0123456789abcdef";
    hex += alphabet[digest[i] / 16];
    hex += alphabet[digest[i] % 16];
  }
  return hex;
}

std::string text_of(const Kind& kind, Arguments arguments, Workplace& place) {
  const auto value = kind.compute(arguments, place.context);
  EXPECT_TRUE(value);
  StringSink sink;
  EXPECT_EQ(engine::write_text(*value, place.context, sink), engine::Status::ok);
  return sink.text;
}

constexpr std::array<engine::Modulus, 4> moduli{3, 1'000'003, 2'305'843'009'213'693'921, 2'305'843'009'213'693'951};

class EveryKind : public ::testing::TestWithParam<const Kind*> {};
INSTANTIATE_TEST_SUITE_P(Registered, EveryKind, ::testing::ValuesIn(all().begin(), all().end()),
                         [](const auto& info) { return std::string(info.param->name); });

TEST_P(EveryKind, IsFoundByItsName) { EXPECT_EQ(find(GetParam()->name), GetParam()); }

TEST_P(EveryKind, GivesItsSamples) {
  for (const unsigned threads : {1U, 2U})
    for (const Sample& sample : GetParam()->samples) {
      Workplace place(threads);
      const std::string text = text_of(*GetParam(), sample.arguments, place);
      EXPECT_TRUE(sample.text.empty() || text == sample.text) << text;
      EXPECT_TRUE(sample.sha256.empty() || sha256(text) == sample.sha256) << sample.arguments[0];
      const Estimate estimate = GetParam()->estimate(sample.arguments, threads);
      EXPECT_EQ(text.size(), estimate.digits);
      EXPECT_LE(place.arena.peak(), estimate.bytes);
      EXPECT_EQ(place.progress.done(), estimate.work);
    }
}

TEST_P(EveryKind, IsCheckedByItsResidues) {
  for (const unsigned threads : {1U, 3U})
    for (const Sample& sample : GetParam()->samples) {
      Workplace place(threads);
      engine::TextReader reader(moduli);
      reader.feed(text_of(*GetParam(), sample.arguments, place));
      std::array<engine::Residue, moduli.size()> residues{};
      ASSERT_EQ(GetParam()->residues(sample.arguments, moduli, residues, place.context), engine::Status::ok);
      EXPECT_EQ(std::vector(residues.begin(), residues.end()), reader.residues()) << sample.arguments[0];
      const std::optional<std::uint64_t> zeros = GetParam()->trailing_zeros(sample.arguments);
      EXPECT_EQ(zeros.value_or(reader.trailing_zeros()), reader.trailing_zeros());
    }
}

/// n, and for a kind of two parameters the half of it.
std::vector<std::uint64_t> arguments_of(const Kind& kind, std::uint64_t n) {
  std::vector<std::uint64_t> arguments(kind.parameters.size(), n / 2);
  arguments[0] = n;
  return arguments;
}

// Ends of ranges are answered at once: with their digits, or with what is missing to compute them.
TEST_P(EveryKind, AnswersTheWholeRangeOfItsParameters) {
  Workplace place(1);
  for (const Parameter& parameter : GetParam()->parameters)
    for (const std::uint64_t n : {parameter.least, parameter.most / 1'000'003, parameter.most}) {
      auto arguments = arguments_of(*GetParam(), n);
      for (int turn = 0; turn < 2; ++turn, std::ranges::reverse(arguments)) {
        if (arguments.back() > GetParam()->parameters.back().most) continue;
        const Estimate estimate = GetParam()->estimate(arguments, 1);
        EXPECT_GE(estimate.digits, 1U);
        if (estimate.bytes <= place.arena.ceiling()) continue;
        EXPECT_EQ(GetParam()->compute(arguments, place.context).status(), engine::Status::out_of_memory);
      }
    }
}

// A worker never rewinds: each job begins with the whole arena, also after the last one's result was trimmed away.
TEST_P(EveryKind, ComputesManyJobsInTheMemoryOfOne) {
  const auto arguments = arguments_of(*GetParam(), 30'011);
  engine::Arena arena(GetParam()->estimate(arguments, 1).bytes);
  engine::Executor executor(1);
  engine::Progress progress;
  engine::Context context{arena, executor, {}, progress};
  for (int job = 0; job < 5; ++job) {
    ASSERT_TRUE(GetParam()->compute(arguments, context)) << job;
    if (job == 3) arena.trim();
  }
}

// At these sizes a computation that looked for no stop would run for minutes.
TEST_P(EveryKind, StopsWhenAsked) {
  Workplace place(2);
  place.stopper.request_stop();
  EXPECT_EQ(GetParam()->compute(arguments_of(*GetParam(), 100'000'007), place.context).status(),
            engine::Status::stopped);
}

// The samples show that the second formula takes what is right; this, that compute and it go together everywhere.
TEST_P(EveryKind, AgreesWithItsResiduesFromTheBeginningOn) {
  Workplace place(2);
  for (std::uint64_t n = 0; n <= 420; ++n) {
    const auto arguments = arguments_of(*GetParam(), n);
    const std::string text = text_of(*GetParam(), arguments, place);
    engine::TextReader reader(moduli);
    reader.feed(text);
    std::array<engine::Residue, moduli.size()> residues{};
    ASSERT_EQ(GetParam()->residues(arguments, moduli, residues, place.context), engine::Status::ok);
    ASSERT_EQ(std::vector(residues.begin(), residues.end()), reader.residues()) << n;
    ASSERT_EQ(text.size(), GetParam()->estimate(arguments, 2).digits) << n;
    const std::optional<std::uint64_t> zeros = GetParam()->trailing_zeros(arguments);
    ASSERT_EQ(zeros.value_or(reader.trailing_zeros()), reader.trailing_zeros()) << n;
  }
}

// One digit changed, anywhere, is a number of other residues modulo a large prime.
TEST_P(EveryKind, IsNotFooledByAFlippedDigit) {
  constexpr std::array<engine::Modulus, 1> large{2'305'843'009'213'693'921};
  const auto arguments = arguments_of(*GetParam(), 1'009);
  Workplace place(1);
  std::array<engine::Residue, 1> residue{};
  ASSERT_EQ(GetParam()->residues(arguments, large, residue, place.context), engine::Status::ok);
  std::string text = text_of(*GetParam(), arguments, place);
  for (std::size_t at = 0; at < text.size(); at += 7) {
    const char right = std::exchange(text[at], text[at] == '9' ? '8' : static_cast<char>(text[at] + 1));
    engine::TextReader reader(large);
    reader.feed(text);
    EXPECT_NE(reader.residues()[0], residue[0]) << at;
    text[at] = right;
  }
}

TEST(Factorial, ResiduesStopWhenAsked) {
  const std::array<std::uint64_t, 1> arguments{1'000'000'000'000};
  std::array<engine::Residue, moduli.size()> residues{};
  Workplace place(2);
  place.stopper.request_stop();
  EXPECT_EQ(find("factorial")->residues(arguments, moduli, residues, place.context), engine::Status::stopped);
}

TEST(Factorial, IsZeroModuloPrimesUpToItsArgument) {
  const std::array<std::uint64_t, 1> arguments{1'000'003};
  std::array<engine::Residue, moduli.size()> residues{};
  Workplace place(1);
  ASSERT_EQ(find("factorial")->residues(arguments, moduli, residues, place.context), engine::Status::ok);
  EXPECT_EQ(residues[0], 0U);
  EXPECT_EQ(residues[1], 0U);
  EXPECT_NE(residues[2], 0U);
}

TEST(Binomial, HasOneNameForBothSidesOfItsSymmetry) {
  std::vector<std::uint64_t> above{10, 7}, same{10, 3}, none{3, 10};
  for (auto* arguments : {&above, &same, &none}) find("binomial")->canonicalise(*arguments);
  EXPECT_EQ(above, same);
  EXPECT_EQ(none, (std::vector<std::uint64_t>{3, 10}));
}

TEST(Registry, KnowsNoOtherNames) {
  EXPECT_EQ(find("square_root"), nullptr);
  EXPECT_EQ(find(""), nullptr);
}

}  // namespace
}  // namespace decima::kinds
