// A job that takes its process with it, each time anew, among jobs that do not.
#include <gtest/gtest.h>
#include <signal.h>

#include "asking.hpp"
#include "shimmed.hpp"
#include "truth.hpp"

namespace decima::faults {
namespace {

TEST(Poison, FailsAfterItsBoundWhileAllOthersFinish) {
  constexpr std::uint64_t poison = 18'023, bound = 4;  // a name in staging tells the shim whose turn it is
  Shimmed shimmed;
  std::vector<std::uint64_t> numbers;
  for (std::uint64_t n = 0; n < 60; n++) numbers.push_back(n % 20 == 3 ? 18'000 + n : 750 + n);
  const program::Arguments flags = {"--max-crashes", std::to_string(bound)};
  const program::Variables deadly = shimmed.killing("factorial-" + std::to_string(poison) + "~");
  std::uint64_t deaths = 0;
  {
    program::Server first(shimmed.data(), flags, deadly);
    // The process may be gone before it has answered, but then the rows are there or asked for again below.
    ask_for(first, numbers);
    EXPECT_EQ(first.process().wait().status, 128 + SIGKILL);
    deaths++;
  }
  for (; deaths < bound; deaths++) {
    program::Running next(
        {"serve", "--listen", "127.0.0.1:0", "--data", shimmed.data().string(), "--max-crashes", std::to_string(bound)},
        deadly);
    EXPECT_EQ(next.wait().status, 128 + SIGKILL) << "life " << deaths;
  }
  const program::Server last(shimmed.data(), flags, deadly);
  EXPECT_EQ(state_of(last, poison), "failed");
  EXPECT_NE(last.ask("/api/v1/jobs/factorial-" + std::to_string(poison)).find(R"("code":"poison")"), std::string::npos);
  for (const std::uint64_t n : numbers) {
    if (n == poison) continue;
    ASSERT_TRUE(program::eventually([&] { return state_of(last, n) == "done"; })) << n << ": " << state_of(last, n);
    EXPECT_TRUE(digits_of(last, n) == factorial_by_gmp(n)) << n;
  }
}

}  // namespace
}  // namespace decima::faults
