#include "core/verify.hpp"

#include <gtest/gtest.h>

#include <string>

#include "core/compute.hpp"
#include "engine/arena.hpp"
#include "engine/executor.hpp"

namespace decima::core {
namespace {

class Verify : public testing::Test {
 protected:
  Request request_of(const char* identity) {
    return *make_request(*Identity::parse(identity), {256ull << 20, 1ull << 30, 1});
  }

  std::string digits_of(const Request& request) {
    const auto number = compute(request, context_);
    std::string text;
    EXPECT_TRUE(emit(*number, context_, [&](std::string_view piece) -> Result<> { return text += piece, Done{}; }));
    return text;
  }

  Result<Verified> check(const Request& request, const std::string& text) {
    const GiveText give = [&](TextPass& pass) { return pass.feed(text); };
    return verify(request, digest_of(give), give, context_);
  }

  Digest digest_of(const GiveText& give) {
    TextPass pass({.blocks = true}, executor_);
    EXPECT_TRUE(give(pass));
    EXPECT_TRUE(pass.end());
    return pass.digest();
  }

  Result<Checked> check_once(const Request& request, std::string_view text) {
    const NextText next = [&](std::span<char> into) -> Result<std::size_t> {
      const std::size_t size = text.copy(into.data(), into.size());
      text.remove_prefix(size);
      return size;
    };
    return core::check_once(request, next, context_);
  }

  engine::Arena arena_{256 << 20};
  engine::Executor executor_{1};
  engine::Progress progress_;
  engine::Context context_{arena_, executor_, {}, progress_};
};

TEST_F(Verify, TheRightDigitsPass) {
  for (const char* identity : {"factorial-0", "factorial-1", "factorial-25", "factorial-1000"}) {
    const Request request = request_of(identity);
    const auto verified = check(request, digits_of(request));
    ASSERT_TRUE(verified) << identity << ": " << verified.error().message();
    EXPECT_EQ(verified->certificate().moduli.size(), moduli_per_check);
    const auto checked = check_once(request, digits_of(request));
    ASSERT_TRUE(checked) << identity << ": " << checked.error().message();
    EXPECT_EQ(checked->digest.sha256, verified->digest().sha256);
  }
}

TEST_F(Verify, EverySingleWrongDigitIsCaught) {
  const Request request = request_of("factorial-100");
  const std::string right = digits_of(request);
  for (std::size_t i = 0; i < right.size(); i++)
    for (char digit = '0'; digit <= '9'; digit++) {
      if (digit == right[i]) continue;
      std::string wrong = right;
      wrong[i] = digit;
      const auto verified = check(request, wrong);
      ASSERT_FALSE(verified) << "digit " << i << " as " << digit;
      EXPECT_EQ(verified.error().code, Code::wrong_result);
      EXPECT_FALSE(check_once(request, wrong)) << "digit " << i << " as " << digit;
    }
}

TEST_F(Verify, WrongShapesAreCaught) {
  const Request request = request_of("factorial-100");
  const std::string right = digits_of(request);
  for (const std::string& wrong : {std::string(), "0" + right, right + "0", right.substr(1), right + "\n",
                                   " " + right.substr(1), std::string(right.size(), '9')}) {
    EXPECT_FALSE(check(request, wrong)) << wrong;
    EXPECT_FALSE(check_once(request, wrong)) << wrong;
  }
}

TEST_F(Verify, AnswersToOtherRequestsAreCaught) {
  // 24! and 23! times 24 are one number; 25 of the same length is another.
  EXPECT_FALSE(check(request_of("factorial-24"), digits_of(request_of("factorial-23")) + "0"));
  EXPECT_FALSE(check(request_of("factorial-1"), "2"));
  EXPECT_FALSE(check(request_of("factorial-0"), "0"));
}

TEST_F(Verify, BytesThatChangedAfterTheyWereWrittenAreCaught) {
  const Request request = request_of("factorial-100");
  const std::string right = digits_of(request), changed = "1" + right.substr(1);
  const GiveText as_written = [&](TextPass& pass) { return pass.feed(changed); };
  const GiveText as_read = [&](TextPass& pass) { return pass.feed(right); };
  const auto verified = verify(request, digest_of(as_written), as_read, context_);
  ASSERT_FALSE(verified);
  EXPECT_EQ(verified.error().code, Code::corrupt);
}

TEST_F(Verify, AStopEndsIt) {
  const Request request = request_of("factorial-1000");
  const std::string right = digits_of(request);
  std::stop_source stop;
  stop.request_stop();
  engine::Context stopped{arena_, executor_, stop.get_token(), progress_};
  const ReadText read = [&](std::uint64_t offset, std::span<char> into) -> Result<std::size_t> {
    return right.copy(into.data(), into.size(), offset);
  };
  const auto verified = verify(request, digest_of(replay(read, {})), replay(read, stop.get_token()), stopped);
  ASSERT_FALSE(verified);
  EXPECT_EQ(verified.error().code, Code::stopped);
}

TEST_F(Verify, WhoeverMadeATextCannotKnowWhatChecksItOnce) {
  const Request request = request_of("factorial-100");
  const std::string right = digits_of(request);
  const auto moduli = check_once(request, right)->certificate.moduli;
  EXPECT_NE(check_once(request, right)->certificate.moduli, moduli);
  EXPECT_NE(moduli[0], moduli[1]);
}

TEST(Moduli, AreDrawnFromIdentityAndHash) {
  const Identity identity = *Identity::parse("factorial-1000");
  const auto drawn = draw_moduli(identity, sha256("a"));
  for (const engine::Modulus modulus : drawn) {
    EXPECT_GE(modulus, 1ull << 60);
    EXPECT_LT(modulus, 1ull << 61);
    EXPECT_TRUE(engine::is_prime(modulus));
  }
  EXPECT_NE(drawn[0], drawn[1]);
  EXPECT_EQ(draw_moduli(identity, sha256("a")), drawn);
  EXPECT_NE(draw_moduli(identity, sha256("b")), drawn);
  EXPECT_NE(draw_moduli(*Identity::parse("factorial-1001"), sha256("a")), drawn);
}

}  // namespace
}  // namespace decima::core
