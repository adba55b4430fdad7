#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "base/sha256.hpp"
#include "program.hpp"

namespace decima::program {
namespace {

using testing::AllOf;
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

TEST(Output, ThatCannotBeWrittenIsAnErrorInWords) {
  const Folder folder;
  const std::string errors = folder / "errors";
  const int ended = std::system(("'" DECIMA_PROGRAM "' kinds > /dev/full 2> '" + errors + "'").c_str());
  EXPECT_EQ(WEXITSTATUS(ended), 5);
  EXPECT_THAT(read_file(errors), HasSubstr("standard output: No space left"));
  EXPECT_EQ(WEXITSTATUS(std::system("'" DECIMA_PROGRAM "' kinds >&-")), 0) << "nobody wanted it";
}

TEST(Verify, AcceptsTheAnswerAndNothingElse) {
  const Folder folder;
  const std::string file = folder / "digits";
  ASSERT_EQ(run({"compute", "factorial", "1000", "--output", file}).status, 0);
  const Ended good = run({"verify", "factorial", "1000", "--file", file});
  EXPECT_EQ(good.status, 0) << good.err;
  EXPECT_THAT(good.out, HasSubstr(sha_of_1000));

  const std::string right = read_file(file);
  for (const char* ending : {"\n", "\r\n", "\r"}) {
    write_file(file, right + ending);
    EXPECT_THAT(run({"verify", "factorial", "1000", "--file", file}).out, HasSubstr(sha_of_1000));
  }
  std::string flipped = right;
  flipped[1000] ^= 1;
  const std::pair<std::string, const char*> cases[] = {
      {flipped, "differs from the answer modulo"},
      {"", "the text is empty"},
      {"\n", "the text is empty"},
      {right.substr(0, 2567), "2567 digits, the answer has 2568"},
      {right + "0", "more than the answer's 2568 digits"},
      {right + right, "more than the answer's 2568 digits"},
      {right + "\n\n", "after 2568 digits the text holds something that is not one"},
      {right + " ", "after 2568 digits the text holds something that is not one"},
      {right.substr(0, 100) + " " + right.substr(100), "after 100 digits the text holds something that is not one"},
      {right.substr(0, 100) + "\n" + right.substr(101), "after 100 digits the text holds something that is not one"},
      {" " + right, "after 0 digits the text holds something that is not one"},
      {"0" + right.substr(1), "starts with a zero"},
      {right.substr(0, 2567) + "1", "ends in 0 zeros, the answer in 249"},
  };
  for (const auto& [wrong, sentence] : cases) {
    write_file(file, wrong);
    const Ended bad = run({"verify", "factorial", "1000", "--file", file});
    EXPECT_EQ(bad.status, 1) << sentence;
    EXPECT_THAT(bad.err, AllOf(HasSubstr("failed their verification"), HasSubstr(sentence)));
  }
}

TEST(Verify, TakesWhateverCanBeRead) {
  const Folder folder;
  const auto verify = [](const std::string& file) { return run({"verify", "factorial", "10", "--file", file}); };
  EXPECT_THAT(verify(folder / "absent").err, HasSubstr("No such file"));
  EXPECT_THAT(verify(folder / "").err, HasSubstr("Is a directory"));
  EXPECT_EQ(verify(folder / "absent").status, 5);
  EXPECT_EQ(verify(folder / "").status, 5);
  EXPECT_THAT(verify("/dev/zero").err, HasSubstr("after 0 digits the text holds something that is not one"))
      << "however much there is";
  EXPECT_THAT(verify("/dev/null").err, HasSubstr("the text is empty"));
  EXPECT_NE(run({"verify", "factorial", "10"}).status, 0) << "--file is required";
  const std::string from_pipe = "printf 3628800 | '" DECIMA_PROGRAM "' verify factorial 10 --file - > /dev/null";
  EXPECT_EQ(std::system(from_pipe.c_str()), 0);
  const std::string from_fifo = "mkfifo '" + (folder / "fifo").string() + "' && { printf 3628801 > '" +
                                (folder / "fifo").string() + "' & '" DECIMA_PROGRAM "' verify factorial 10 --file '" +
                                (folder / "fifo").string() + "' 2> /dev/null; }";
  EXPECT_EQ(WEXITSTATUS(std::system(from_fifo.c_str())), 1);
}

// The digits end where a batch of the reader's does, or one before, or one behind; and so does a line's end.
TEST(Verify, FindsTheEndWhereverItIs) {
  const Folder folder;
  const std::string file = folder / "digits";
  for (const char* n : {"1048575", "1048576", "1048577"}) {
    const std::string digits = "1" + std::string(std::stoul(n), '0');
    for (const char* ending : {"", "\n", "\r\n"}) {
      write_file(file, digits + ending);
      const Ended good = run({"verify", "power", "10", n, "--file", file});
      EXPECT_EQ(good.status, 0) << n << good.err;
      EXPECT_THAT(good.out, HasSubstr("holds its " + std::to_string(digits.size()) + " digits"));
    }
    write_file(file, digits + "\n\n");
    EXPECT_EQ(run({"verify", "power", "10", n, "--file", file}).status, 1) << n;
  }
}

TEST(Verify, TakesTheArgumentsOfEveryKind) {
  const Folder folder;
  const std::string file = folder / "digits";
  for (const auto& [job, name] : {std::pair{Arguments{"binomial", "100", "98"}, "binomial-100-2"},
                                  std::pair{Arguments{"power", "3", "50"}, "power-3-50"}}) {
    Arguments compute = job, verify = job;
    compute.insert(compute.begin(), "compute");
    verify.insert(verify.begin(), "verify");
    compute.insert(compute.end(), {"--output", file});
    verify.insert(verify.end(), {"--file", file});
    ASSERT_EQ(run(compute).status, 0);
    EXPECT_THAT(run(verify).out, HasSubstr(name));
  }
  EXPECT_EQ(read_file(file), "717897987691852588770249");
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
  EXPECT_THAT(ended.out, HasSubstr("\nlucas N             The Lucas"));
  EXPECT_THAT(ended.out, HasSubstr("\ndouble_factorial N  The double")) << "in columns, whatever the names";
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

/// What bash offers where the cursor stands, behind the words.
std::string offered_by_bash(const std::string& words) {
  const Folder folder;
  std::ofstream(folder / "script")
      << run({"completion", "bash"}).out << "COMP_WORDS=(" << words
      << " \"\"); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _decima; echo \"${COMPREPLY[*]}\"\n";
  const std::string command = "bash --norc " + (folder / "script").string() + " 2>&1";
  std::FILE* shell = popen(command.c_str(), "r");
  std::string offered(1 << 16, '\0');
  offered.resize(fread(offered.data(), 1, offered.size(), shell));
  EXPECT_EQ(pclose(shell), 0);
  return offered;
}

TEST(Completion, OffersInBashWhatMayFollow) {
  EXPECT_THAT(offered_by_bash("decima"), AllOf(HasSubstr("serve calculator compute"), HasSubstr("--version")));
  EXPECT_THAT(offered_by_bash("decima compute"), AllOf(HasSubstr(" mersenne"), HasSubstr("--output")));
  EXPECT_THAT(offered_by_bash("decima migrate"), HasSubstr(" up down status"));
  EXPECT_THAT(offered_by_bash("decima config"), HasSubstr(" show check docs env man"));
  EXPECT_THAT(offered_by_bash("decima completion"), HasSubstr(" bash zsh fish"));
  for (const char* words : {"verify factorial 5 --file", "serve --tls-key", "key new me --api-keys-file"})
    EXPECT_EQ(offered_by_bash(std::string("decima ") + words), "\n") << "which bash takes to mean files: " << words;
}

// The summary of a command had an apostrophe, and fish refused the whole of the script.
TEST(Completion, EndsEachQuoteInFishWhereItBegan) {
  std::istringstream lines(run({"completion", "fish"}).out);
  for (std::string line; std::getline(lines, line);) {
    bool open = false;
    for (std::size_t i = 0; i < line.size(); i++) {
      if (open && line[i] == '\\')
        i++;
      else if (line[i] == '\'')
        open = !open;
    }
    EXPECT_FALSE(open) << line;
    EXPECT_TRUE(line.ends_with('\'')) << line;
  }
}

}  // namespace
}  // namespace decima::program
