// Digits computed elsewhere, adopted from a file.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "base/sha256.hpp"
#include "program.hpp"
#include "stored.hpp"

namespace decima::program {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

class Import : public testing::Test {
 protected:
  Ended import(const std::string& n, const std::string& file) const {
    return run({"import", "factorial", n, "--file", file, "--data", folder_ / "data"});
  }
  std::string compute(const std::string& n) const {
    const std::string file = folder_ / ("digits-" + n);
    EXPECT_EQ(run({"compute", "factorial", n, "--output", file}).status, 0);
    return file;
  }

  Folder folder_;
};

TEST_F(Import, MakesAFileAResultThatIsServed) {
  const std::string file = compute("200000");  // several gathered lengths, and one block
  const std::string digits = read_file(file);
  const Ended ended = import("200000", file);
  EXPECT_EQ(ended.status, 0) << ended.err;
  EXPECT_THAT(ended.out, HasSubstr(hex(sha256(digits))));
  {
    const Server server(folder_ / "data");
    EXPECT_THAT(server.ask("/api/v1/jobs/factorial-200000"), HasSubstr(R"("state":"done")"));
    EXPECT_EQ(server.digits("factorial-200000"), digits);
  }
  EXPECT_THAT(import("200000", file).out, HasSubstr("was here already"));
}

TEST_F(Import, AllowsTheEndOfALineAndReadsStandardInput) {
  const std::string file = compute("1000"), digits = read_file(file);
  write_file(file, digits + "\r\n");
  EXPECT_EQ(import("1000", file).status, 0);
  EXPECT_EQ(Server(folder_ / "data").digits("factorial-1000"), digits);

  const std::string command = std::string("printf '3628800\\n' | '" DECIMA_PROGRAM "' import factorial 10 --file - ") +
                              "--data '" + (folder_ / "data").string() + "' > /dev/null";
  EXPECT_EQ(std::system(command.c_str()), 0);
  EXPECT_EQ(Server(folder_ / "data").digits("factorial-10"), "3628800");
}

TEST_F(Import, AWrongFileIsRefusedInWordsAndLeavesNothing) {
  const std::string file = compute("1000"), right = read_file(file);
  std::string flipped = right;
  flipped[1000] ^= 1;
  const std::pair<std::string, const char*> cases[] = {
      {flipped, "differs from the answer modulo"},
      {right.substr(0, 2567), "2567 digits, the answer has 2568"},
      {right + "0", "more than the answer's 2568 digits"},
      {"-" + right, "after 0 digits the text holds something that is not one"},
      {right + "\n\n", "after 2568 digits the text holds something that is not one"},
      {right.substr(0, 100) + " " + right.substr(100), "after 100 digits the text holds something that is not one"},
      {"", "the text is empty"},
  };
  for (const auto& [text, sentence] : cases) {
    write_file(file, text);
    const Ended ended = import("1000", file);
    EXPECT_EQ(ended.status, 1) << sentence;
    EXPECT_THAT(ended.err, HasSubstr(sentence));
  }
  EXPECT_THAT(import("1000", folder_ / "absent").err, HasSubstr("No such file"));
  EXPECT_THAT(
      run({"import", "factorial", "1000", "--file", file, "--data", folder_ / "data", "--result-limit", "1000"}).err,
      HasSubstr("DECIMA_RESULT_LIMIT"));
  EXPECT_THAT(Server(folder_ / "data").ask("/api/v1/jobs/factorial-1000"), StartsWith("HTTP/1.1 404"));
  EXPECT_THAT(Stored(folder_ / "data").keys(""), testing::IsEmpty());
}

TEST_F(Import, WaitsForNoServerButSaysWhoHasTheFolder) {
  const std::string file = compute("10");
  Server server(folder_ / "data");
  const Ended ended = import("10", file);
  EXPECT_EQ(ended.status, 78);
  EXPECT_THAT(ended.err, HasSubstr("in use by another decima"));
}

}  // namespace
}  // namespace decima::program
