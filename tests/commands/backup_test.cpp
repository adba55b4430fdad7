// What docs/operations.md says about copies of a data folder and about damage.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include "base/sha256.hpp"
#include "program.hpp"
#include "stored.hpp"

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

  void flip_a_bit(std::size_t at) {
    std::string bytes = *stored();
    ASSERT_EQ(bytes, digits_);
    bytes[at] = static_cast<char>(bytes[at] ^ 1);
    Stored(data_).put(key_, bytes);
  }
  std::optional<std::string> stored() const { return Stored(data_).bytes(key_); }

  Ended scrub(const std::filesystem::path& data) { return run({"scrub", "--data", data}); }

  const Folder folder_;
  const std::filesystem::path data_ = folder_ / "data";
  const std::string key_ = key_of_factorial(5000);
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

// Whoever mistypes the folder of a restored copy is not told that all is well with it.
TEST_F(Backup, AFolderWithoutADatabaseIsNotSound) {
  const Ended checked = scrub(folder_ / "dta");
  EXPECT_EQ(checked.status, 78);
  EXPECT_THAT(checked.err, HasSubstr("there is no database at "));
  EXPECT_FALSE(std::filesystem::exists(folder_ / "dta"));
}

// Its index does not find the row any more, and yet all digits are as they were stored.
TEST_F(Backup, ADatabaseWhoseIndexIsDamagedIsNotSound) {
  const std::string whole = read_file(data_ / "decima.db"), name = "factorial-5000";
  int places = 0;
  for (std::size_t at = whole.find(name); at != std::string::npos; at = whole.find(name, at + 1), ++places) {
    std::string damaged = whole;
    damaged[at + name.size() - 1] = '1';
    write_file(data_ / "decima.db", damaged);
    const Ended checked = scrub(data_);
    EXPECT_EQ(checked.status, 1) << checked.out;
    EXPECT_THAT(checked.err, HasSubstr("is damaged and has to be restored: "));
  }
  EXPECT_GE(places, 2) << "in its row and in an index";
}

// What is mended by computing it again is no reason to restore the database.
TEST_F(Backup, AHashThatDecayedInItsRowIsMended) {
  std::string bytes = read_file(data_ / "decima.db");
  const std::size_t at = bytes.find(hex(sha256(digits_)));
  ASSERT_NE(at, std::string::npos);
  bytes[at] = '!';
  write_file(data_ / "decima.db", bytes);
  EXPECT_THAT(scrub(data_).out, HasSubstr("1 damaged"));
  Server server(data_);
  EXPECT_EQ(server.digits("factorial-5000"), digits_);
}

TEST_F(Backup, ResultsThatWereNotCopiedAreComputedAgain) {
  std::filesystem::remove_all(data_ / "results");
  EXPECT_NE(scrub(data_).status, 0);
  Server restored(data_);
  EXPECT_EQ(restored.digits("factorial-5000"), digits_);
}

TEST_F(Backup, ScrubTellsOfAResultThatCannotBeRead) {
  const std::filesystem::path digits = data_ / "results/factorials/5000.txt";
  std::filesystem::create_directories(digits);  // nothing can be read in its place, not even by root
  const Ended found = scrub(data_);
  EXPECT_EQ(found.status, 5) << found.err;
  EXPECT_THAT(found.out, HasSubstr("0 damaged, 1 unreadable"));
  EXPECT_THAT(found.err, HasSubstr("5000.txt: Is a directory"));
  std::filesystem::remove(digits);
  EXPECT_EQ(scrub(data_).status, 0) << "it was left as it was";
}

TEST_F(Backup, ScrubFindsAFlippedBitAndTheNextStartMendsIt) {
  flip_a_bit(digits_.size() / 2);
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
  flip_a_bit(0);
  Server server(data_, {"--scrub-rate", "1GiB"});
  EXPECT_TRUE(eventually([&] { return stored() == digits_; }));
}

}  // namespace
}  // namespace decima::program
