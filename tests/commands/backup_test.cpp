// What docs/operations.md says about copies of a data folder and about damage.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include "program.hpp"

namespace decima::program {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

class Backup : public testing::Test {
 protected:
  /// A data folder with a result in it, that nobody has open.
  void SetUp() override {
    Server server(data_);
    ASSERT_THAT(server.ask("/api/v1/factorial", R"({"number":"5000"})"), StartsWith("HTTP/1.1 202"));
    digits_ = server.digits("factorial-5000");
    server.process().signal(SIGTERM);
    ASSERT_EQ(server.process().wait().status, 0);
  }

  /// As if it had been stored long ago: what is new is still in the journal too, which mends it at the next start.
  void forget_the_journal() { std::filesystem::remove_all(data_ / "results" / ".journal"); }

  Ended scrub(const std::filesystem::path& data) { return run({"scrub", "--data", data}); }

  const Folder folder_;
  const std::filesystem::path data_ = folder_ / "data";
  std::string digits_;
};

TEST_F(Backup, ACopyOfTheFolderServesTheSameDigits) {
  const auto copy = folder_ / "copy";
  std::filesystem::copy(data_, copy, std::filesystem::copy_options::recursive);
  std::filesystem::remove_all(data_);
  const Ended checked = scrub(copy);
  EXPECT_EQ(checked.status, 0) << checked.err;
  EXPECT_THAT(checked.out, HasSubstr("all as they were stored"));
  Server restored(copy);
  EXPECT_THAT(restored.ask("/api/v1/factorial/5000"), StartsWith("HTTP/1.1 200"));
  EXPECT_EQ(restored.digits("factorial-5000"), digits_);
}

TEST_F(Backup, ResultsThatWereNotCopiedAreComputedAgain) {
  std::filesystem::remove_all(data_ / "results");
  EXPECT_NE(scrub(data_).status, 0);
  Server restored(data_);
  EXPECT_EQ(restored.digits("factorial-5000"), digits_);
}

TEST_F(Backup, ScrubFindsAFlippedBitAndTheNextStartMendsIt) {
  const auto path = data_ / "results" / "factorials" / "5000.txt";
  std::string bytes = read_file(path);
  ASSERT_EQ(bytes, digits_);
  bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
  write_file(path, bytes);
  forget_the_journal();
  const Ended found = scrub(data_);
  EXPECT_NE(found.status, 0);
  EXPECT_THAT(found.out, HasSubstr("1 damaged"));
  {
    Server server(data_);
    EXPECT_EQ(server.digits("factorial-5000"), digits_);
    server.process().signal(SIGTERM);
    EXPECT_EQ(server.process().wait().status, 0);
  }
  EXPECT_EQ(scrub(data_).status, 0);
}

TEST_F(Backup, AServingProgramMendsItByItself) {
  const auto path = data_ / "results" / "factorials" / "5000.txt";
  std::string bytes = read_file(path);
  bytes[0] = static_cast<char>(bytes[0] ^ 1);
  write_file(path, bytes);
  forget_the_journal();
  Server server(data_, {"--scrub-rate", "1GiB"});
  EXPECT_TRUE(eventually([&] { return std::filesystem::exists(path) && read_file(path) == digits_; }));
}

}  // namespace
}  // namespace decima::program
