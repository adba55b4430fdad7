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
    const Replay replay = [&](const SeeText& see) -> Result<> { return see(text), Done{}; };
    return verify(request, *digest_of(replay), replay, context_);
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
    }
}

TEST_F(Verify, WrongShapesAreCaught) {
  const Request request = request_of("factorial-100");
  const std::string right = digits_of(request);
  for (const std::string& wrong : {std::string(), "0" + right, right + "0", right.substr(1), right + "\n",
                                   " " + right.substr(1), std::string(right.size(), '9')})
    EXPECT_FALSE(check(request, wrong)) << wrong;
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
  const Replay as_written = [&](const SeeText& see) -> Result<> { return see(changed), Done{}; };
  const Replay as_read = [&](const SeeText& see) -> Result<> { return see(right), Done{}; };
  const auto verified = verify(request, *digest_of(as_written), as_read, context_);
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
  const auto verified = verify(request, *digest_of(replay(read, {})), replay(read, stop.get_token()), stopped);
  ASSERT_FALSE(verified);
  EXPECT_EQ(verified.error().code, Code::stopped);
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
