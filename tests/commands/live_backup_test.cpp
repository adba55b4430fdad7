// decima backup: a copy of a folder that a server uses, as docs/operations.md promises it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>
#include <atomic>
#include <map>
#include <thread>

#include "base/test_file_size_limit.hpp"
#include "program.hpp"

namespace decima::program {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

namespace fs = std::filesystem;

class LiveBackup : public testing::Test {
 protected:
  Ended backup(const fs::path& to) { return run({"backup", to, "--data", data_}); }

  void expect_sound(const fs::path& copy) {
    const Ended checked = run({"scrub", "--data", copy});
    EXPECT_EQ(checked.status, 0) << checked.err;
    EXPECT_THAT(checked.out, HasSubstr("all as they were stored"));
  }

  std::string submit(const Server& server, const std::string& kind, int n) {
    const std::string answer =
        server.ask("/api/v1/jobs", R"({"kind":")" + kind + R"(","arguments":{"n":)" + std::to_string(n) + "}}");
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 20"));
    return kind + "-" + std::to_string(n);
  }

  /// Names in the folder that holds the copies.
  std::vector<std::string> names() const {
    std::vector<std::string> all;
    for (const auto& entry : fs::directory_iterator(folder_.path())) all.push_back(entry.path().filename());
    std::ranges::sort(all);
    return all;
  }

  const Folder folder_;
  const fs::path data_ = folder_ / "data", copy_ = folder_ / "copy";
};

TEST_F(LiveBackup, HasAllThatWasDoneWhileMoreIsComing) {
  std::map<std::string, std::string> digits;
  {
    Server server(data_);
    for (const int n : {5, 2000, 30'000, 300'000}) digits[submit(server, "factorial", n)];  // the last in two blocks
    for (int n = 1000; n < 1300; ++n) digits[submit(server, "fibonacci", n)];
    for (auto& [job, text] : digits) text = server.digits(job);
    std::atomic<int> submitted{0};
    std::jthread load([&](const std::stop_token& stop) {
      for (int n = 3000; !stop.stop_requested(); ++n, ++submitted) submit(server, "factorial", n);
    });
    ASSERT_TRUE(eventually([&] { return submitted > 50; }));
    const Ended ended = backup(copy_);
    EXPECT_EQ(ended.status, 0) << ended.err;
    EXPECT_THAT(ended.out, testing::Not(HasSubstr("more"))) << "nothing was left out";
    const int during = submitted;
    EXPECT_TRUE(eventually([&] { return submitted > during; })) << "the server goes on";
  }
  expect_sound(copy_);
  Server restored(copy_);
  for (const auto& [job, text] : digits) {
    EXPECT_THAT(restored.ask("/api/v1/jobs/" + job), HasSubstr(R"("state":"done")"));
    EXPECT_EQ(restored.digits(job), text) << job;
  }
  EXPECT_THAT(restored.digits("factorial-3000"), StartsWith("41493596034378540855568670930866121709511191949318"))
      << "whatever was accepted is done in the end";
}

TEST_F(LiveBackup, OfAFolderThatNobodyUsesIsTheSame) {
  std::string digits;
  {
    Server server(data_);
    digits = server.digits(submit(server, "factorial", 5000));
  }
  ASSERT_EQ(backup(copy_).status, 0);
  fs::remove_all(data_);
  expect_sound(copy_);
  Server restored(copy_);
  EXPECT_EQ(restored.digits("factorial-5000"), digits);
}

TEST_F(LiveBackup, GoesWhereTheCallerStands) {
  { const Server server(data_); }
  const fs::path before = fs::current_path();
  fs::current_path(folder_.path());
  const Ended ended = run({"backup", "copy", "--data", "data"});
  const Ended within = run({"backup", "data/copy", "--data", "./data"});
  fs::current_path(before);
  EXPECT_EQ(ended.status, 0) << ended.err;
  expect_sound(copy_);
  EXPECT_EQ(within.status, 2) << within.err;
}

TEST_F(LiveBackup, SaysWhatItCouldNotCopyAndTheCopyComputesItAgain) {
  std::string gone, damaged;
  {
    Server server(data_);
    gone = server.digits(submit(server, "factorial", 300'000));
    damaged = server.digits(submit(server, "factorial", 300'001));
    ASSERT_TRUE(fs::remove(data_ / "results" / "factorials" / "300000.txt"));
    const auto path = data_ / "results" / "factorials" / "300001.txt";
    std::string bytes = read_file(path);
    bytes.back() = '1';
    write_file(path, bytes);
    const Ended ended = backup(copy_);
    EXPECT_EQ(ended.status, 0) << ended.err;
    EXPECT_THAT(ended.out, HasSubstr("0 results"));
    EXPECT_THAT(ended.out, HasSubstr("without 1 result, evicted or lost"));
    EXPECT_THAT(ended.out, HasSubstr("without 1 result, damaged here"));
    EXPECT_EQ(read_file(path), bytes) << "only reads";
  }
  expect_sound(copy_);
  Server restored(copy_);
  EXPECT_EQ(restored.digits("factorial-300001"), damaged);
  submit(restored, "factorial", 300'000);
  EXPECT_EQ(restored.digits("factorial-300000"), gone);
}

TEST_F(LiveBackup, OfAFileOfShortResultsWithBadSectorsLeavesThoseOut) {
  {
    Server server(data_);
    for (int n = 1000; n < 1030; n++) ASSERT_NE(server.digits(submit(server, "factorial", n)), "");
    server.process().signal(SIGTERM);
    ASSERT_EQ(server.process().wait().status, 0);
  }
  const auto path = data_ / "results" / "short.db";
  std::string bytes = read_file(path);
  constexpr std::size_t page = 4096;
  for (std::size_t at = 2 * page; at < bytes.size(); at += page) bytes.replace(at, 64, std::string(64, '\x55'));
  write_file(path, bytes);
  const Ended ended = backup(copy_);
  EXPECT_EQ(ended.status, 0) << ended.err;
  EXPECT_THAT(ended.out, HasSubstr("0 results"));
  EXPECT_THAT(ended.out, HasSubstr("without 30 results, damaged here"));
  const auto digits = run({"compute", "factorial", "1007"}).out;
  Server restored(copy_);
  EXPECT_EQ(restored.digits("factorial-1007") + "\n", digits);
}

TEST_F(LiveBackup, RefusesPlacesThatAreNone) {
  { const Server server(data_); }
  fs::create_directory(copy_);
  Ended refused = backup(copy_);
  EXPECT_EQ(refused.status, 2);
  EXPECT_THAT(refused.err, HasSubstr("exists already"));
  for (const fs::path& within : {data_, data_ / "copy", folder_ / "copy" / ".." / "data" / "results" / "copy"}) {
    refused = backup(within);
    EXPECT_EQ(refused.status, 2);
    EXPECT_THAT(refused.err, HasSubstr("lies in the data folder itself"));
  }
  refused = run({"backup", folder_ / "other", "--data", folder_ / "nothing"});
  EXPECT_EQ(refused.status, 78);
  EXPECT_THAT(refused.err, HasSubstr("there is no database at"));
  EXPECT_THAT(names(), testing::ElementsAre("copy", "data")) << "nothing is left behind";
}

TEST_F(LiveBackup, WithoutRoomLeavesNothingAndWorksOnceThereIs) {
  {
    Server server(data_);
    server.digits(submit(server, "factorial", 300'000));
    const FileSizeLimit limit(1'000'000);
    const Ended refused = backup(copy_);
    EXPECT_EQ(refused.status, 5);
    EXPECT_THAT(refused.err, HasSubstr("File too large"));
    EXPECT_THAT(names(), testing::ElementsAre("data"));
  }
  EXPECT_EQ(backup(copy_).status, 0);
  expect_sound(copy_);
}

TEST_F(LiveBackup, GoesOverWhatAKilledOneLeft) {
  Server server(data_);
  server.digits(submit(server, "factorial", 5000));
  const fs::path left = folder_ / "copy.unfinished";
  fs::create_directories(left / "results" / "factorials");
  write_file(left / "decima.db", "half a database");
  write_file(left / "results" / "factorials" / "5000.txt", "half a result");
  EXPECT_EQ(backup(copy_).status, 0);
  EXPECT_THAT(names(), testing::ElementsAre("copy", "data"));
  expect_sound(copy_);
}

}  // namespace
}  // namespace decima::program
