#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "app/access.hpp"
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

Settings with(const Settings::Flags& flags) { return *Settings::load(flags, environment({})); }

Result<std::vector<std::string>> listening(const std::string& listen) {
  return listen_addresses(with({{"listen", listen}}));
}

TEST(Listen, AddressesAreTakenApart) {
  EXPECT_EQ(listening("127.0.0.1:8080,[::1]:0,unix:/tmp/decima.sock")->size(), 3u);
  EXPECT_EQ(listening("localhost:8080")->front(), "127.0.0.1:8080");
  EXPECT_EQ(listening("http://localhost:8080")->front(), "127.0.0.1:8080");
}

TEST(Listen, WhatIsNoAddressIsRefused) {
  for (const char* bad : {"8080", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:08", "host:1", "unix:", ",",
                          "ftp://127.0.0.1:1", "http://unix:/tmp/x"})
    EXPECT_FALSE(listening(bad)) << bad;
}

TEST(Listen, OthersReachWhatIsNotLoopback) {
  for (const char* own : {"127.0.0.1:8080", "[::1]:8080", "unix:/tmp/decima.sock", "https://127.0.0.9:1"})
    EXPECT_FALSE(others_can_reach(own)) << own;
  for (const char* open : {"0.0.0.0:8080", "[::]:8080", "192.0.2.1:80", "https://0.0.0.0:443"})
    EXPECT_TRUE(others_can_reach(open)) << open;
}

Result<http::AccessSettings> access(Settings::Flags flags) {
  const Settings settings = with(flags);
  return access_settings(settings, *listen_addresses(settings));
}

TEST(AccessSettings, OnThisMachineNothingIsAsked) {
  const auto local = access({});
  ASSERT_TRUE(local);
  EXPECT_FALSE(local->required || local->reads || local->writes);
  EXPECT_TRUE(access({{"api_keys_file", "keys"}})->required) << "whoever sets keys wants them asked for";
  EXPECT_FALSE(access({{"api_keys_file", "keys"}, {"auth", "off"}})->required);
}

TEST(AccessSettings, BeyondThisMachineCredentialsAreNeededUnlessSaidOtherwise) {
  for (const char* open : {"0.0.0.0:8080", "127.0.0.1:1,[::]:8080"}) {
    const auto refused = access({{"listen", open}});
    ASSERT_FALSE(refused) << open;
    for (const char* way : {"decima key new", "DECIMA_API_KEYS_FILE", "DECIMA_JWT_KEYS", "DECIMA_AUTH=off"})
      EXPECT_THAT(refused.error().detail, HasSubstr(way));
    EXPECT_TRUE(access({{"listen", open}, {"api_keys_file", "keys"}})->required);
    EXPECT_FALSE(access({{"listen", open}, {"auth", "off"}})->required);
    EXPECT_EQ(access({{"listen", open}, {"auth", "off"}})->writes->count, 100u);
    EXPECT_EQ(access({{"listen", open}, {"auth", "off"}})->reads->period, std::chrono::minutes(1));
  }
  EXPECT_THAT(access({{"auth", "required"}}).error().detail, HasSubstr("DECIMA_AUTH (--auth) says"));
}

TEST(AccessSettings, WhatIsWrongIsNamed) {
  const std::pair<Settings::Flags, const char*> cases[] = {
      {{{"rate_limit_writes", "many"}}, "DECIMA_RATE_LIMIT_WRITES"},
      {{{"rate_limit_reads", "5/never"}}, "DECIMA_RATE_LIMIT_READS"},
      {{{"trusted_proxies", "everybody"}}, "DECIMA_TRUSTED_PROXIES"},
      {{{"cors_origins", "example.org"}}, "DECIMA_CORS_ORIGINS"},
      {{{"jwt_keys", "keys.json"}}, "DECIMA_JWT_ISSUER"},
      {{{"jwt_keys", "keys.json"}, {"jwt_issuer", "i"}}, "DECIMA_JWT_AUDIENCE"},
  };
  for (const auto& [flags, name] : cases) {
    const auto refused = access(flags);
    ASSERT_FALSE(refused) << name;
    EXPECT_THAT(refused.error().detail, HasSubstr(name));
  }
  EXPECT_EQ(access({{"rate_limit_writes", "5/1h"}})->writes->count, 5u) << "also on this machine, when asked for";
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
