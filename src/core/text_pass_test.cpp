#include "core/text_pass.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace decima::core {
namespace {

constexpr std::size_t mib = 1 << 20;
constexpr engine::Modulus moduli[] = {2'305'843'009'213'693'951, 1'697'582'295'662'299'037};

/// Digits without a pattern that blocks could share.
std::string digits(std::size_t count) {
  std::string text(count, '0');
  std::uint64_t state = 1;
  for (char& digit : text) digit = static_cast<char>('0' + ((state = state * 6364136223846793005u + 1) >> 33) % 10);
  return text;
}

/// What is true of the text by the parts' own definitions.
void expect_true_of(const std::string& text, const TextPass& pass) {
  Digest digest{text.size(), sha256(text), {}, {}};
  for (std::size_t at = 0; at < text.size(); at += block_bytes)
    digest.blocks.push_back(block_hash(std::string_view(text).substr(at, block_bytes)));
  digest.merkle_root = merkle_root(digest.blocks);
  EXPECT_TRUE(pass.digest() == digest) << text.size();
  engine::TextReader reader(moduli);
  reader.feed(text);
  EXPECT_EQ(pass.reader().residues(), reader.residues()) << text.size();
  EXPECT_EQ(pass.reader().digits(), text.size());
}

class Passes : public testing::TestWithParam<unsigned> {
 protected:
  engine::Executor executor_{GetParam()};
  std::string taken_;
  const TakeText take_ = [this](std::string_view piece) -> Result<> { return taken_ += piece, Done{}; };
};
INSTANTIATE_TEST_SUITE_P(Threads, Passes, testing::Values(1, 3));

TEST_P(Passes, FindTheSameWhateverThePieces) {
  const std::string whole = digits(19 * mib + 12'345);
  for (const std::size_t size : {std::size_t{0}, std::size_t{1}, mib, 8 * mib, 8 * mib + 1, 16 * mib, whole.size()})
    for (const std::size_t piece : {std::size_t{65'520}, 11 * mib}) {
      const std::string text = whole.substr(0, size);
      taken_.clear();
      TextPass pass({.blocks = true, .moduli = moduli}, executor_, take_);
      for (std::size_t at = 0; at < text.size(); at += piece)
        ASSERT_TRUE(pass.feed(std::string_view(text).substr(at, piece)));
      ASSERT_TRUE(pass.end());
      expect_true_of(text, pass);
      EXPECT_TRUE(taken_ == text) << size;
    }
}

TEST_P(Passes, ReadTheSameText) {
  const std::string whole = digits(19 * mib + 12'345);
  for (const std::size_t size :
       {std::size_t{0}, std::size_t{1}, mib - 1, mib, mib + 1, 9 * mib, 17 * mib, whole.size()}) {
    const std::string text = whole.substr(0, size);
    taken_.clear();
    std::size_t at = 0;
    const NextText next = [&](std::span<char> into) -> Result<std::size_t> {
      const std::size_t got = text.copy(into.data(), into.size(), at);
      return at += got, got;
    };
    TextPass pass({.blocks = true, .moduli = moduli}, executor_, take_);
    ASSERT_TRUE(pass.read(next, {}));
    ASSERT_TRUE(pass.end());
    expect_true_of(text, pass);
    EXPECT_TRUE(taken_ == text) << size;
  }
}

TEST_P(Passes, EndWithTheErrorOfWhoGivesAndWhoTakes) {
  const std::string text = digits(20 * mib);
  const Error full{Code::storage_full, "here"};
  TextPass fed({}, executor_, [&](std::string_view) -> Result<> { return full; });
  const auto feeding = fed.feed(text);
  ASSERT_FALSE(feeding);
  EXPECT_EQ(feeding.error().code, full.code);
  for (const std::uint64_t good : {0, 1, 2}) {
    std::uint64_t calls = 0;
    const NextText next = [&](std::span<char> into) -> Result<std::size_t> {
      if (calls++ == good) return Error{Code::io_error, "there"};
      std::fill(into.begin(), into.end(), '7');
      return into.size();
    };
    TextPass pass({}, executor_);
    const auto read = pass.read(next, {});
    ASSERT_FALSE(read) << good;
    EXPECT_EQ(read.error().code, Code::io_error);
    EXPECT_EQ(calls, good + 1);
  }
}

TEST_P(Passes, StopWithinABatch) {
  std::stop_source stop;
  std::size_t calls = 0;
  const NextText endless = [&](std::span<char> into) -> Result<std::size_t> {
    if (++calls == 3) stop.request_stop();
    std::fill(into.begin(), into.end(), '7');
    return into.size();
  };
  TextPass pass({}, executor_);
  const auto read = pass.read(endless, stop.get_token());
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, Code::stopped);
  EXPECT_EQ(calls, 3u);
}

}  // namespace
}  // namespace decima::core
