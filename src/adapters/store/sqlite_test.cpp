// The store in its file: what the conformance suite cannot see.
#include "adapters/store/sqlite.hpp"

#include <gtest/gtest.h>

#include "adapters/store/migrations.hpp"
#include "adapters/store/sqlite_file.hpp"
#include "base/test_file_size_limit.hpp"
#include "base/test_temp_folder.hpp"

namespace decima::adapters {
namespace {

core::Identity job(std::uint64_t number) { return core::Identity::of("factorial", {number}); }

class SqliteStore : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(migrate_up("sqlite:" + path_, clock_));
    open();
  }

  void open() {
    store_.reset();
    store_ = std::move(*make_sqlite_store({.url = "sqlite:" + path_}, clock_));
  }

  Result<> submit(std::uint64_t number) {
    const core::NewJob wanted[] = {{job(number), std::string(1000, 't')}};
    const auto answer = store_->submit(wanted);
    return answer ? Result<>(Done{}) : answer.error();
  }

  bool is_there(std::uint64_t number) { return store_->find(job(number))->has_value(); }

  const TempFolder temp_;
  const std::string path_ = (temp_ / "jobs.db").string();
  ManualClock clock_;
  std::unique_ptr<core::JobStore> store_;
};

TEST_F(SqliteStore, DiskThatTakesNoMoreLosesNothingAndRecovers) {
  std::uint64_t number = 0;
  {
    const FileSizeLimit limit(200'000);
    while (submit(number)) ASSERT_LT(++number, 10'000u);
    const auto refused = submit(number);
    ASSERT_FALSE(refused);
    EXPECT_TRUE(refused.error().retryable()) << refused.error().message();
    EXPECT_FALSE(is_there(number)) << "an error means that nothing has happened";
    EXPECT_TRUE(is_there(0)) << "reading goes on";
  }
  EXPECT_TRUE(submit(number)) << "room again";
  open();
  for (std::uint64_t i = 0; i <= number; ++i) EXPECT_TRUE(is_there(i)) << i;
}

TEST_F(SqliteStore, RowThatSaysWhatNoJobIsIsCorrupt) {
  ASSERT_TRUE(submit(1));
  // The table would refuse these; a damaged file would not ask it.
  Connection raw = open_sqlite(path_);
  raw.script("drop trigger jobs_move; pragma ignore_check_constraints = on");
  for (const char* damage : {"state = 'sleeping'", "identity = 'no such thing'", "fence = -1",
                             "error_code = 'no_such_code', error_detail = ''"}) {
    raw.script("begin");
    raw.script("update jobs set state = 'queued', fence = 0, sha256 = null, error_code = null");
    raw.script(std::string("update jobs set ") + damage);
    raw.script("commit");
    const auto due = store_->bells_due(10);
    const auto found = store_->find(job(1));
    EXPECT_TRUE((!found && found.error().code == Code::corrupt) || (!due && due.error().code == Code::corrupt))
        << damage;
  }
}

TEST_F(SqliteStore, HashesOfManyBlocksComeBack) {
  std::vector<Sha256> blocks;
  for (int i = 0; i < 3000; ++i) blocks.push_back(sha256(std::to_string(i)));
  ASSERT_TRUE(submit(1));
  const core::Claim claim{job(1), (*store_->claim(job(1), "w", std::chrono::seconds(9)))->fence};
  ASSERT_TRUE(store_->uploading(claim));
  ASSERT_TRUE(store_->finish(claim, {1, 1, blocks[0], blocks[1], "7:3"}, blocks));
  EXPECT_EQ(*store_->blocks(job(1)), blocks);
}

TEST_F(SqliteStore, ThousandJobsInOneSubmit) {
  std::vector<core::NewJob> wanted;
  for (std::uint64_t i = 0; i < 1000; ++i) wanted.push_back({job(i), ""});
  const auto answer = store_->submit(wanted);
  ASSERT_TRUE(answer);
  for (std::uint64_t i = 0; i < 1000; ++i) EXPECT_EQ((*answer)[i].job.identity, job(i));
}

TEST_F(SqliteStore, AClockThatIsPutBackMakesNobodyWait) {
  ASSERT_TRUE(submit(1));
  ASSERT_TRUE(submit(2));
  const core::Claim claim{job(2), (*store_->claim(job(2), "w", std::chrono::seconds(9)))->fence};
  ASSERT_TRUE(store_->fail(claim, {Code::io_error, ""}, std::chrono::seconds(60), {}));
  ASSERT_TRUE(store_->expire_leases({}));
  clock_.advance(-std::chrono::hours(24));
  EXPECT_EQ(store_->bells_due(10)->size(), 0u);
  ASSERT_TRUE(store_->expire_leases({}));
  EXPECT_EQ(store_->bells_due(10)->size(), 2u);
  EXPECT_TRUE(*store_->claim(job(1), "w", std::chrono::seconds(9)));
  EXPECT_TRUE(*store_->claim(job(2), "w", std::chrono::seconds(9)));
}

TEST_F(SqliteStore, NorDoesOneThatIsPutBackWhileNobodyLooks) {
  ASSERT_TRUE(submit(1));
  clock_.advance(-std::chrono::hours(24));
  open();
  ASSERT_TRUE(store_->void_leases({}));
  EXPECT_TRUE(*store_->claim(job(1), "w", std::chrono::seconds(9)));
}

TEST_F(SqliteStore, FileThatIsGoneIsRefusedInWords) {
  const auto refused = make_sqlite_store({.url = "sqlite:" + (temp_ / "none" / "jobs.db").string()}, clock_);
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().detail.find("SQLite"), std::string::npos) << refused.error().detail;
}

}  // namespace
}  // namespace decima::adapters
