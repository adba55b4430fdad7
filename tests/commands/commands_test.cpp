#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include "base/sha256.hpp"
#include "program.hpp"

namespace decima::program {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

std::string hash_of(const std::string& text) { return hex(sha256(text)); }

constexpr const char* sha_of_1000 = "cc336cf135d690c1105664b3b859db66b940db51cd66cf891fee120584cf7873";
constexpr const char* sha_of_20000 = "eaae0cdb4ba46ca603da90766b63f69dd6cbd25340725ce15ba373d99aea5cf6";

TEST(Compute, PrintsTheDigitsAndANewline) {
  EXPECT_EQ(run({"compute", "factorial", "0"}).out, "1\n");
  EXPECT_EQ(run({"compute", "factorial", "20"}).out, "2432902008176640000\n");
  const Ended thousand = run({"compute", "factorial", "1000"});
  EXPECT_EQ(thousand.status, 0);
  EXPECT_EQ(hash_of(thousand.out.substr(0, thousand.out.size() - 1)), sha_of_1000);
  EXPECT_THAT(thousand.err, IsEmpty());
}

TEST(Compute, WritesAFileOfTheDigitsAlone) {
  const Folder folder;
  const std::string file = folder / "digits";
  const Ended ended = run({"compute", "factorial", "20000", "--output", file, "--threads", "2"});
  EXPECT_EQ(ended.status, 0) << ended.err;
  EXPECT_THAT(ended.out, IsEmpty());
  EXPECT_EQ(hash_of(read_file(file)), sha_of_20000);
  EXPECT_EQ(folder.files(), 1u);
}

TEST(Compute, WritesDirectlyToWhatIsNoFile) {
  EXPECT_EQ(run({"compute", "factorial", "1000", "--output", "/dev/null"}).status, 0);
  EXPECT_EQ(run({"compute", "factorial", "10", "--output", "/proc/self/fd/1"}).out, "3628800");
}

TEST(Compute, RefusesInOneSentenceAndPrintsNothing) {
  const std::pair<Arguments, const char*> cases[] = {
      {{"factorial", "1.5"}, "n must be a whole number"},
      {{"factorial", "1e3"}, "n must be a whole number"},
      {{"factorial", "0x10"}, "n must be a whole number"},
      {{"factorial", " 5"}, "n must be a whole number"},
      {{"factorial", ""}, "n must be a whole number"},
      {{"factorial", "abc"}, "n must be a whole number"},
      {{"factorial", "007"}, "n must be a whole number"},
      {{"factorial", "1000000000000000000000000000000"}, "n must be at most"},
      {{"factorial", "6227020800"}, "58284826485 digits"},
      {{"factorial", "18446744073709551615"}, "digits"},
      {{"factorial"}, "takes 1 argument"},
      {{"factorial", "1", "2"}, "takes 1 argument"},
      {{"nonsense", "1"}, "There is no kind of that name"},
      {{"factorial", "1", "--threads", "0"}, "--threads"},
      {{"factorial", "1", "--output", "/no/such/folder/file"}, "/no/such/folder/file"},
  };
  for (const auto& [words, sentence] : cases) {
    Arguments arguments = {"compute"};
    arguments.insert(arguments.end(), words.begin(), words.end());
    const Ended ended = run(arguments);
    EXPECT_NE(ended.status, 0) << words.back();
    EXPECT_LT(ended.status, 128) << words.back();
    EXPECT_THAT(ended.err, HasSubstr(sentence));
    EXPECT_THAT(ended.err, StartsWith("decima: "));
    EXPECT_THAT(ended.out, IsEmpty()) << words.back();
  }
  EXPECT_NE(run({"compute", "factorial", "-1"}).status, 0);
  EXPECT_NE(run({"compute"}).status, 0);
}

TEST(Compute, InterruptedLeavesTheOldFileAndNothingElse) {
  const Folder folder;
  write_file(folder / "digits", "before");
  Running running({"compute", "factorial", "3000000", "--output", folder / "digits", "--threads", "1"});
  ASSERT_TRUE(eventually([&] { return folder.files() == 2; }));
  running.signal(SIGINT);
  EXPECT_EQ(running.wait().status, 130);
  EXPECT_EQ(read_file(folder / "digits"), "before");
  EXPECT_EQ(folder.files(), 1u);
}

TEST(Compute, AFullDiskIsAnErrorInWords) {
  const Ended ended = run({"compute", "factorial", "1000", "--output", "/dev/full"});
  EXPECT_NE(ended.status, 0);
  EXPECT_THAT(ended.err, HasSubstr("no room left"));
}

TEST(Verify, AcceptsTheAnswerAndNothingElse) {
  const Folder folder;
  const std::string file = folder / "digits";
  ASSERT_EQ(run({"compute", "factorial", "1000", "--output", file}).status, 0);
  const Ended good = run({"verify", "factorial", "1000", "--file", file});
  EXPECT_EQ(good.status, 0) << good.err;
  EXPECT_THAT(good.out, HasSubstr(sha_of_1000));

  const std::string right = read_file(file);
  std::string flipped = right;
  flipped[1000] ^= 1;
  for (const std::string& wrong : {flipped, right + "\n", right.substr(1), std::string()}) {
    write_file(file, wrong);
    const Ended bad = run({"verify", "factorial", "1000", "--file", file});
    EXPECT_EQ(bad.status, 1) << wrong.size();
    EXPECT_THAT(bad.err, HasSubstr("failed their verification"));
  }
  EXPECT_NE(run({"verify", "factorial", "1000", "--file", folder / "absent"}).status, 0);
  EXPECT_NE(run({"verify", "factorial", "1000"}).status, 0) << "--file is required";
}

TEST(Selftest, FindsThisMachineSound) {
  const Ended ended = run({"selftest"});
  EXPECT_EQ(ended.status, 0) << ended.out;
  EXPECT_THAT(ended.out, HasSubstr("ok    factorial-20000"));
  EXPECT_THAT(ended.out, HasSubstr("kernel generic"));
  EXPECT_THAT(ended.out, HasSubstr("All known answers are right."));
}

TEST(Kernel, IsForcedByItsVariableOrRefused) {
  EXPECT_THAT(run({"selftest", "--list"}).out, HasSubstr("generic"));
  EXPECT_THAT(run({"bench", "factorial", "1000", "--reps", "1", "--json"}, {"DECIMA_KERNEL=generic"}).out,
              HasSubstr("\"kernel\":\"generic\""));
  const Ended unknown = run({"selftest"}, {"DECIMA_KERNEL=abacus"});
  EXPECT_EQ(unknown.status, 78);
  EXPECT_THAT(unknown.err, HasSubstr("DECIMA_KERNEL"));
}

TEST(Kinds, ListsWhatCanBeComputed) {
  const Ended ended = run({"kinds"});
  EXPECT_EQ(ended.status, 0);
  EXPECT_THAT(ended.out, HasSubstr("factorial N"));
}

TEST(Bench, GivesItsFiguresAsJson) {
  const Ended ended = run({"bench", "factorial", "1000", "--reps", "3", "--threads", "1", "--json"});
  EXPECT_EQ(ended.status, 0) << ended.err;
  for (const char* key : {"\"seconds_median\":", "\"seconds_cold\":", "\"peak_bytes\":", "\"kernel\":\"",
                          "\"threads\":1", "\"digits\":2568"})
    EXPECT_THAT(ended.out, HasSubstr(key));
  EXPECT_NE(run({"bench", "factorial", "1000", "--reps", "0"}).status, 0);
}

TEST(Help, IsThereForEveryCommand) {
  const Ended help = run({"--help"});
  EXPECT_EQ(help.status, 0);
  for (const char* command : {"serve", "compute", "verify", "import", "submit", "get", "jobs", "kinds", "bench",
                              "selftest", "health", "migrate", "config", "completion"}) {
    EXPECT_THAT(help.out, HasSubstr(command));
    EXPECT_EQ(run({command, "--help"}).status, 0) << command;
  }
  EXPECT_THAT(run({"--version"}).out, StartsWith("decima "));
  EXPECT_EQ(run({}).status, 2);
  EXPECT_EQ(run({"nonsense"}).status, 2);
}

TEST(Completion, NamesCommandsKindsAndFlags) {
  for (const char* shell : {"bash", "zsh", "fish"}) {
    const Ended ended = run({"completion", shell});
    EXPECT_EQ(ended.status, 0);
    for (const char* word : {"compute", "factorial", "--output", "--http-threads"})
      EXPECT_THAT(ended.out, HasSubstr(word)) << shell;
  }
  EXPECT_NE(run({"completion", "tcsh"}).status, 0);
}

}  // namespace
}  // namespace decima::program
