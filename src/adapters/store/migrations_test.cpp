#include "adapters/store/migrations.hpp"

#include <gtest/gtest.h>

#include <atomic>

#include "adapters/store/schema.hpp"
#include "adapters/store/sqlite.hpp"
#include "adapters/store/sqlite_file.hpp"
#include "base/test_temp_folder.hpp"
#include "base/test_threads.hpp"

namespace decima::adapters {
namespace {

class Migrations : public testing::Test {
 protected:
  std::size_t up() {
    const auto steps = migrate_up(url_, clock_);
    if (!steps) ADD_FAILURE() << steps.error().message();
    return steps ? *steps : 0;
  }
  std::size_t down(std::size_t steps) { return *migrate_down(url_, steps); }

  /// The schema as SQLite has it, less the ledger of migrations.
  std::vector<std::string> schema() {
    std::vector<std::string> lines;
    for (const Row& row :
         open().rows("select coalesce(sql, '') from sqlite_schema where name not like '%schema_migrations%' "
                     "order by type, name",
                     1))
      lines.push_back(row.text(0));
    return lines;
  }

  Connection open() { return open_sqlite(path_); }

  const TempFolder temp_;
  const std::string path_ = (temp_ / "a.db").string();
  const std::string url_ = "sqlite:" + path_;
  const std::size_t all_ = sqlite_migrations().size();
  ManualClock clock_;
};

TEST_F(Migrations, UpDownAndUpAgainGivesTheSameSchema) {
  EXPECT_EQ(up(), all_);
  const auto first = schema();
  EXPECT_FALSE(first.empty());
  EXPECT_EQ(down(all_), all_);
  EXPECT_TRUE(schema().empty()) << schema().front();
  EXPECT_EQ(up(), all_);
  EXPECT_EQ(schema(), first);
}

TEST_F(Migrations, EachStepTakenBackLeavesWhatWasBeforeIt) {
  const auto steps = sqlite_migrations();
  std::vector<std::vector<std::string>> before;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    before.push_back(schema());
    Connection connection = open();
    EXPECT_EQ(step_up(connection, steps.first(i + 1), sqlite_lock, clock_.now()), 1u);
  }
  for (std::size_t i = steps.size(); i-- > 0;) {
    EXPECT_EQ(down(1), 1u);
    EXPECT_EQ(schema(), before[i]) << steps[i].name;
  }
  EXPECT_EQ(down(1), 0u);
}

TEST_F(Migrations, UpTwiceIsFine) {
  EXPECT_EQ(up(), all_);
  EXPECT_EQ(up(), 0u);
}

TEST_F(Migrations, ManyAtOnceTakeEachStepOnce) {
  std::atomic<std::size_t> taken = 0;
  at_once(6, [&](std::size_t) { taken += up(); });
  EXPECT_EQ(taken, all_);
}

TEST_F(Migrations, StatesTellWhatIsAppliedAndSince) {
  const auto before = migration_states(url_);
  ASSERT_TRUE(before);
  ASSERT_EQ(before->size(), all_);
  EXPECT_EQ(before->front().name, "jobs");
  EXPECT_FALSE(before->front().applied_at);
  up();
  EXPECT_EQ(migration_states(url_)->front().applied_at, clock_.now());
}

TEST_F(Migrations, NewerSchemaIsRefusedByAll) {
  up();
  open().change("insert into schema_migrations (version, applied_at) values (9999, 0)");
  const auto expect_refused = [](const auto& outcome) {
    ASSERT_FALSE(outcome);
    EXPECT_EQ(outcome.error().code, Code::schema_mismatch);
    EXPECT_NE(outcome.error().detail.find("9999"), std::string::npos) << outcome.error().detail;
  };
  expect_refused(migrate_up(url_, clock_));
  expect_refused(migrate_down(url_, 1));
  expect_refused(migration_states(url_));
  expect_refused(make_sqlite_store({.url = url_}, clock_));
}

TEST_F(Migrations, OlderSchemaIsRefusedByTheStoreWithTheCommandToRun) {
  const auto store = make_sqlite_store({.url = url_}, clock_);
  ASSERT_FALSE(store);
  EXPECT_EQ(store.error().code, Code::schema_mismatch);
  EXPECT_NE(store.error().detail.find("decima migrate up"), std::string::npos);
}

TEST_F(Migrations, StepThatFailsLeavesNothingOfItself) {
  const Migration broken[] = {{1, "good", "create table a (x integer)", "drop table a"},
                              {2, "bad", "create table b (x integer); create table a (x integer)", "drop table b"}};
  Connection connection = open();
  EXPECT_THROW(step_up(connection, broken, sqlite_lock, clock_.now()), SqlFailure);
  EXPECT_EQ(schema(), std::vector<std::string>{"CREATE TABLE a (x integer)"});
  EXPECT_TRUE(states(connection, broken)[0].applied_at);
  EXPECT_FALSE(states(connection, broken)[1].applied_at);
}

TEST_F(Migrations, UnknownKindOfDatabaseIsABadSetting) {
  EXPECT_EQ(migrate_up("oracle://x", clock_).error().code, Code::bad_setting);
}

}  // namespace
}  // namespace decima::adapters
