#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "app/listen.hpp"
#include "app/output_file.hpp"
#include "app/settings.hpp"

namespace decima::app {
namespace {

using testing::HasSubstr;
namespace fs = std::filesystem;

Settings::Environment environment(std::map<std::string, std::string> variables) {
  return [variables = std::move(variables)](const char* name) -> const char* {
    const auto found = variables.find(name);
    return found == variables.end() ? nullptr : found->second.c_str();
  };
}

std::string source_of(const Settings& settings, std::string_view name) {
  for (const auto& entry : settings.entries())
    if (entry.setting->name == name) return entry.source;
  return "";
}

TEST(Settings, EveryDefaultIsAcceptable) {
  for (const Setting& setting : settings_table) {
    const auto good = check_value(setting, setting.preset);
    EXPECT_TRUE(good) << good.error().message();
    EXPECT_FALSE(setting.summary.empty());
  }
}

TEST(Settings, AFlagWinsOverAVariableOverAnAliasOverTheDefault) {
  const auto all = environment({{"DECIMA_FACTORIAL_MAX", "2"}, {"MAX_FACTORIAL", "3"}});
  const auto aliased = environment({{"MAX_FACTORIAL", "3"}});
  EXPECT_EQ(Settings::load({{"factorial_max", "1"}}, all)->number("factorial_max"), 1u);
  EXPECT_EQ(Settings::load({}, all)->number("factorial_max"), 2u);
  EXPECT_EQ(Settings::load({}, aliased)->number("factorial_max"), 3u);
  EXPECT_EQ(source_of(*Settings::load({}, aliased), "factorial_max"), "MAX_FACTORIAL");
  EXPECT_EQ(Settings::load({}, environment({}))->number("factorial_max"), 20'000u);
}

TEST(Settings, AWrongOneIsNamedInOneSentence) {
  const auto settings = Settings::load({}, environment({{"DECIMA_HTTP_THREADS", "zero"}}));
  ASSERT_FALSE(settings);
  EXPECT_EQ(settings.error().code, Code::bad_setting);
  EXPECT_EQ(settings.error().detail,
            "DECIMA_HTTP_THREADS (--http-threads) takes a whole number from 1 to 256, or auto, not \"zero\"");
}

TEST(Settings, UnitsAreUnderstood) {
  const auto settings = Settings::load({{"memory_limit", "2GiB"}, {"lease", "2m"}}, environment({}));
  EXPECT_EQ(settings->bytes("memory_limit"), 2ull << 30);
  EXPECT_EQ(settings->duration("lease"), std::chrono::minutes(2));
}

TEST(Settings, SizesByNameAreUnderstood) {
  const auto settings = Settings::load({{"stored_limit_kinds", "factorial=1GiB,fibonacci=512"}}, environment({}));
  EXPECT_EQ(settings->bytes_by_name("stored_limit_kinds"),
            (std::map<std::string, std::uint64_t, std::less<>>{{"factorial", 1ull << 30}, {"fibonacci", 512}}));
  EXPECT_TRUE(Settings::load({}, environment({}))->bytes_by_name("stored_limit_kinds").empty());
  for (const char* bad : {"factorial", "factorial=", "=1GiB", "factorial=much", "factorial=1,factorial=2", "a=1,", ""})
    EXPECT_FALSE(Settings::load({{"stored_limit_kinds", bad}}, environment({}))) << bad;
}

Result<std::vector<std::string>> listening(const std::string& listen, const std::string& allow = "no") {
  return listen_addresses(*Settings::load({{"listen", listen}, {"allow_public", allow}}, environment({})));
}

TEST(Listen, LoopbackNeedsNoLeave) {
  EXPECT_EQ(listening("127.0.0.1:8080,[::1]:0,unix:/tmp/decima.sock")->size(), 3u);
  EXPECT_EQ(listening("localhost:8080")->front(), "127.0.0.1:8080");
}

TEST(Listen, BeyondThisMachineNeedsLeave) {
  for (const char* open : {"0.0.0.0:8080", "[::]:8080", "192.0.2.1:80"}) {
    const auto refused = listening(open);
    ASSERT_FALSE(refused) << open;
    EXPECT_THAT(refused.error().detail, HasSubstr("DECIMA_ALLOW_PUBLIC=yes"));
    EXPECT_TRUE(listening(open, "yes")) << open;
  }
}

TEST(Listen, WhatIsNoAddressIsRefused) {
  for (const char* bad : {"8080", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:08", "host:1", "unix:", ","})
    EXPECT_FALSE(listening(bad, "yes")) << bad;
}

class InAFolder : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = (fs::temp_directory_path() / "decima-app-XXXXXX").string();
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    folder_ = name;
  }
  void TearDown() override { fs::remove_all(folder_); }

  std::string read(const fs::path& path) {
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  std::size_t files() { return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder_), {})); }

  fs::path folder_;
};

using OutputFileTest = InAFolder;

TEST_F(OutputFileTest, AppearsWholeAtCommit) {
  const fs::path path = folder_ / "digits";
  std::ofstream(path) << "before";
  auto file = OutputFile::open(path.string());
  ASSERT_TRUE(file);
  ASSERT_TRUE((*file)->append("3628800"));
  EXPECT_EQ(read(path), "before");
  ASSERT_TRUE((*file)->commit());
  EXPECT_EQ(read(path), "3628800");
  file->reset();
  EXPECT_EQ(files(), 1u);
}

TEST_F(OutputFileTest, LeavesNothingWithoutCommit) {
  { ASSERT_TRUE((*OutputFile::open((folder_ / "digits").string()))->append("1")); }
  EXPECT_EQ(files(), 0u);
}

TEST_F(OutputFileTest, CanBeReadBackBeforeCommit) {
  auto file = OutputFile::open((folder_ / "digits").string());
  ASSERT_TRUE((*file)->append("3628800"));
  char buffer[4];
  EXPECT_EQ(*(*file)->read(5, buffer), 2u);
  EXPECT_EQ(std::string(buffer, 2), "00");
}

TEST_F(OutputFileTest, WritesWhatIsNoFileDirectly) {
  auto file = OutputFile::open("/dev/null");
  ASSERT_TRUE(file);
  EXPECT_FALSE((*file)->staged());
  EXPECT_TRUE((*file)->append("x"));
  EXPECT_TRUE((*file)->commit());
  struct stat info;
  ASSERT_EQ(stat("/dev/null", &info), 0);
  EXPECT_TRUE(S_ISCHR(info.st_mode));
}

TEST_F(OutputFileTest, SaysWhatIsWrong) {
  const auto file = OutputFile::open((folder_ / "no" / "digits").string());
  ASSERT_FALSE(file);
  EXPECT_THAT(file.error().message(), HasSubstr("No such file or directory"));
}

}  // namespace
}  // namespace decima::app
