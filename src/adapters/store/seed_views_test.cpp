// The tables of the services that Decima grew from, read with SQL as their readers would.
#include <gtest/gtest.h>

#include "adapters/store/migrations.hpp"
#include "adapters/store/sqlite.hpp"
#include "adapters/store/sqlite_file.hpp"
#include "base/test_temp_folder.hpp"

namespace decima::adapters {
namespace {

core::Identity job(std::uint64_t number) { return core::Identity::of("factorial", {number}); }

class SeedViews : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(migrate_up(url_, clock_));
    store_ = std::move(*make_sqlite_store({.url = url_}, clock_));
    db_.emplace(open_sqlite(path_));
  }

  core::Claim claimed(std::uint64_t n) {
    const core::NewJob wanted[] = {{job(n), ""}};
    EXPECT_TRUE(store_->submit(wanted));
    return {job(n), (**store_->claim(job(n), "worker", Duration(60'000))).fence};
  }
  core::Claim uploading(std::uint64_t n) {
    const core::Claim claim = claimed(n);
    EXPECT_TRUE(store_->uploading(claim));
    return claim;
  }
  void done(std::uint64_t n) {
    EXPECT_TRUE(store_->finish(uploading(n), {7, 7, sha256("3628800"), sha256("root"), "97:3"}, {}));
  }
  void submit(const core::Identity& identity) {
    const core::NewJob wanted[] = {{identity, ""}};
    EXPECT_TRUE(store_->submit(wanted));
  }

  /// The answer's rows, columns joined by "|", with "-" for null; joined by newlines.
  std::string ask(const std::string& what, std::size_t columns) {
    std::string text;
    for (const Row& row : db_->rows(what, columns)) {
      for (std::size_t i = 0; i < columns; ++i) text += (i ? "|" : "") + (row.null(i) ? "-" : row.text(i));
      text += "\n";
    }
    return text;
  }

  const TempFolder temp_;
  const std::string path_ = (temp_ / "a.db").string(), url_ = "sqlite:" + path_;
  ManualClock clock_{Time(std::chrono::seconds(1'700'000'000))};
  std::unique_ptr<core::JobStore> store_;
  std::optional<Connection> db_;
};

TEST_F(SeedViews, ShowEachStateAsTheSeedsKnewIt) {
  done(10);
  uploading(11);
  claimed(12);
  submit(job(13));
  ASSERT_TRUE(store_->fail(claimed(14), {Code::wrong_result, ""}, Duration(0), {.failures = 1}));
  submit(job(15));
  ASSERT_TRUE(store_->cancel(job(15)));
  submit(core::Identity::of("fibonacci", {16}));
  EXPECT_EQ(ask("select id, number, status, s3_key, checksum, created_at from factorial_calculations order by id", 6),
            "1|10|done|factorials/10.txt|" + hex(sha256("3628800")) +
                "|2023-11-14 22:13:20\n"
                "2|11|uploading|factorials/11.txt|-|2023-11-14 22:13:20\n"
                "3|12|calculating|factorials/12.txt|-|2023-11-14 22:13:20\n"
                "4|13|calculating|factorials/13.txt|-|2023-11-14 22:13:20\n"
                "5|14|failed|factorials/14.txt|-|2023-11-14 22:13:20\n"
                "6|15|failed|factorials/15.txt|-|2023-11-14 22:13:20\n");
  EXPECT_EQ(ask("select bucket, size, updated_at from factorial_calculations where number = '10'", 3),
            "factorial-results|7|2023-11-14 22:13:20\n");
  EXPECT_EQ(ask("select n, s3_key, size, checksum, status from factorial order by n", 5),
            "10|factorials/10.txt|7|" + hex(sha256("3628800")) +
                "|done\n"
                "11|factorials/11.txt|0|-|uploading\n"
                "12|factorials/12.txt|0|-|calculating\n"
                "13|factorials/13.txt|0|-|calculating\n");
}

// Drivers hand over what a program holds, an integer or a string, and the seeds' databases took either.
TEST_F(SeedViews, FindANumberAskedForAsTextOrAsInteger) {
  done(10);
  for (const char* condition : {"number = 10", "number = '10'", "size = 7", "size = '7'"})
    EXPECT_EQ(ask(std::string("select id from factorial_calculations where ") + condition, 1), "1\n") << condition;
  for (const char* condition : {"n = 10", "n = '10'", "size = 7", "size = '7'"})
    EXPECT_EQ(ask(std::string("select n from factorial where ") + condition, 1), "10\n") << condition;
}

TEST_F(SeedViews, ShowTheLargestRequestAndTheCalculatorsPlace) {
  const std::string maximum = "select max_number from factorial_max_request_numbers";
  const std::string next = "select next_number from factorial_current_calculated_numbers";
  EXPECT_EQ(ask(maximum, 1), "3\n");
  EXPECT_EQ(ask(next, 1), "0\n");
  done(0);
  done(1);
  submit(job(900));
  submit(core::Identity::of("factorial", {UINT64_MAX}));
  EXPECT_EQ(ask(maximum, 1), "900\n") << "what fits an integer of theirs";
  EXPECT_EQ(ask(next, 1), "2\n");
  EXPECT_EQ(ask("select max_factorial, cur_factorial from factorial_progress", 2), "900|1\n");
}

TEST_F(SeedViews, LeaveOutNumbersThatAreNoIntegersOfTheirs) {
  submit(core::Identity::of("factorial", {UINT64_MAX}));
  EXPECT_EQ(ask("select number from factorial_calculations", 1), "18446744073709551615\n");
  EXPECT_EQ(ask("select n from factorial", 1), "");
}

TEST_F(SeedViews, AreToBeReadOnly) {
  EXPECT_THROW(db_->script("delete from factorial_calculations"), SqlFailure);
  EXPECT_THROW(db_->script("update cursors set next_number = -1"), SqlFailure);
  done(0);
  EXPECT_THROW(db_->script("update cursors set next_number = 0"), SqlFailure);
}

}  // namespace
}  // namespace decima::adapters
