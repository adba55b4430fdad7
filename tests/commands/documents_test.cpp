// Files of the repository that are made from the program's tables stay what the program would make.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <regex>

#include "program.hpp"

namespace decima::program {
namespace {

using testing::HasSubstr;

const std::filesystem::path source = DECIMA_SOURCE;

/// What the pattern's group found, each time.
std::vector<std::string> all_matches(const std::string& text, const char* pattern) {
  const std::regex regex(pattern);
  std::vector<std::string> all;
  for (std::sregex_iterator found(text.begin(), text.end(), regex), end; found != end; ++found)
    all.push_back((*found)[1]);
  return all;
}

TEST(Documents, ConfigurationIsCurrent) {
  EXPECT_EQ(read_file(source / "docs" / "configuration.md"), run({"config", "docs"}).out)
      << "renew it: decima config docs > docs/configuration.md";
}

TEST(Documents, EnvironmentExampleIsCurrent) {
  EXPECT_EQ(read_file(source / ".env.example"), run({"config", "env"}).out)
      << "renew it: decima config env > .env.example";
}

TEST(Documents, TheManualNamesEveryCommandAndSetting) {
  const std::string page = run({"config", "man"}).out;
  EXPECT_THAT(page, testing::StartsWith(".TH DECIMA 1"));
  EXPECT_THAT(page, HasSubstr("EXIT STATUS"));
  const std::string help = run({"--help"}).out;
  const auto commands = all_matches(help.substr(help.find("Subcommands:")), "\n  ([a-z]+) ");
  EXPECT_GT(commands.size(), 15u);
  for (const std::string& command : commands) EXPECT_THAT(page, HasSubstr("\\fB" + command + "\\fR"));
  const auto variables = all_matches(read_file(source / "docs" / "configuration.md"), "`(DECIMA_[A-Z_]+)`");
  EXPECT_GT(variables.size(), 50u);
  for (const std::string& variable : variables) EXPECT_THAT(page, HasSubstr("\\fI" + variable + "\\fR"));
}

TEST(Config, ShowsValuesAndWhereTheyCameFrom) {
  const Ended shown = run({"config", "--data", "/tmp/x"}, {"DECIMA_LEASE=1m", "MAX_FACTORIAL=77"});
  EXPECT_EQ(shown.status, 0);
  for (const char* part : {"/tmp/x", "--data", "1m", "DECIMA_LEASE", "77", "MAX_FACTORIAL", "default"})
    EXPECT_THAT(shown.out, HasSubstr(part));
}

TEST(Config, CheckSaysWhatIsWrong) {
  EXPECT_EQ(run({"config", "check"}).status, 0);
  const Ended wrong = run({"config", "check"}, {"DECIMA_LISTEN=nowhere"});
  EXPECT_EQ(wrong.status, 78);
  EXPECT_THAT(wrong.err, HasSubstr("DECIMA_LISTEN"));
}

}  // namespace
}  // namespace decima::program
