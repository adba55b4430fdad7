#include "adapters/store/group_writer.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <latch>

#include "adapters/store/sqlite_file.hpp"
#include "base/test_temp_folder.hpp"
#include "base/test_threads.hpp"

namespace decima::adapters {
namespace {

class GroupWriters : public testing::Test {
 protected:
  GroupWriters() { reader_.script("create table t (id integer primary key check (id >= 0)) strict"); }

  static Act inserting(std::int64_t id) {
    return [id](Connection& db) -> Result<> {
      db.change("insert into t (id) values (:id)", {{"id", Value(id)}});
      return Done{};
    };
  }

  std::vector<std::uint64_t> ids() {
    std::vector<std::uint64_t> all;
    for (const Row& row : reader_.rows("select id from t order by id", 1)) all.push_back(row.count(0));
    return all;
  }

  /// Runs the acts as one batch: they come while the writer is busy with an act that waits for them.
  std::vector<Result<>> in_one_batch(const std::vector<Act>& acts) {
    std::latch begun(1), gathered(1);
    auto blocker = std::async(std::launch::async, [&] {
      return writer_.write([&](Connection&) -> Result<> {
        begun.count_down();
        gathered.wait();
        return Done{};
      });
    });
    begun.wait();
    std::vector<std::future<Result<>>> answers;
    for (const Act& act : acts) {
      const std::size_t before = writer_.waiting();
      answers.push_back(std::async(std::launch::async, [&] { return writer_.write(act); }));
      while (writer_.waiting() == before) std::this_thread::yield();
    }
    gathered.count_down();
    EXPECT_TRUE(blocker.get());
    std::vector<Result<>> outcomes;
    for (auto& answer : answers) outcomes.push_back(answer.get());
    return outcomes;
  }

  const TempFolder temp_;
  Connection reader_ = open_sqlite((temp_ / "a.db").string());
  GroupWriter writer_{open_sqlite((temp_ / "a.db").string())};
};

TEST_F(GroupWriters, CommittedWhenItAnswers) {
  ASSERT_TRUE(writer_.write(inserting(1)));
  EXPECT_EQ(ids(), std::vector<std::uint64_t>{1});
}

TEST_F(GroupWriters, FailingActUndoesItselfAndNothingElse) {
  const Act half_done_then_refused = [](Connection& db) -> Result<> {
    db.change("insert into t (id) values (:id)", {{"id", Value(std::int64_t{100})}});
    return Error{Code::lease_lost, "changed its mind"};
  };
  const auto outcomes = in_one_batch({inserting(1), half_done_then_refused, inserting(-1), inserting(1), inserting(2)});
  EXPECT_TRUE(outcomes[0]);
  EXPECT_EQ(outcomes[1].error().code, Code::lease_lost);
  EXPECT_EQ(outcomes[2].error().code, Code::internal) << "refused by the table";
  EXPECT_FALSE(outcomes[3]) << "the key is taken";
  EXPECT_TRUE(outcomes[4]);
  EXPECT_EQ(ids(), (std::vector<std::uint64_t>{1, 2}));
}

TEST_F(GroupWriters, BatchWhoseTransactionBreaksFailsAsAWhole) {
  const Act breaking = [](Connection& db) -> Result<> {
    db.change("rollback");
    return Error{Code::storage_full, "as SQLite does by itself on a full disk"};
  };
  const auto outcomes = in_one_batch({inserting(1), breaking, inserting(2)});
  for (const auto& outcome : outcomes) EXPECT_EQ(outcome.error().code, Code::storage_full);
  EXPECT_TRUE(ids().empty());
  EXPECT_TRUE(writer_.write(inserting(3))) << "the next batch is not touched by it";
}

TEST_F(GroupWriters, CommitThatFailsIsEverybodysFailure) {
  reader_.script("create table u (id integer references t (id) deferrable initially deferred)");
  const Act dangling = [](Connection& db) -> Result<> {
    db.change("insert into u (id) values (99)");  // noticed only by the commit
    return Done{};
  };
  const auto outcomes = in_one_batch({inserting(1), dangling});
  for (const auto& outcome : outcomes) EXPECT_FALSE(outcome);
  EXPECT_TRUE(ids().empty());
  EXPECT_TRUE(writer_.write(inserting(2))) << "the next batch is not touched by it";
}

TEST_F(GroupWriters, ManyCallersShareFewCommits) {
  constexpr std::size_t callers = 32, each = 20;
  const auto commits = metrics::counter("decima_store_commits_total", ""),
             acts = metrics::counter("decima_store_acts_total", "");
  const double commits_before = commits.value(), acts_before = acts.value();
  at_once(callers, [&](std::size_t caller) {
    for (std::size_t i = 0; i < each; ++i)
      EXPECT_TRUE(writer_.write(inserting(static_cast<std::int64_t>(caller * each + i))));
  });
  EXPECT_EQ(ids().size(), callers * each);
  EXPECT_EQ(acts.value() - acts_before, callers * each);
  EXPECT_LE(commits.value() - commits_before, callers * each / 2);
}

TEST_F(GroupWriters, SurpriseInAnActIsItsCallersError) {
  const auto outcomes = in_one_batch({inserting(1), [](Connection&) -> Result<> { throw std::logic_error("a bug"); }});
  EXPECT_TRUE(outcomes[0]);
  EXPECT_EQ(outcomes[1].error().code, Code::internal);
  EXPECT_EQ(ids(), std::vector<std::uint64_t>{1});
}

TEST_F(GroupWriters, EndFinishesWhatWasBegun) {
  auto writer = std::make_unique<GroupWriter>(open_sqlite((temp_ / "a.db").string()));
  ASSERT_TRUE(writer->write(inserting(1)));
  writer.reset();
  EXPECT_EQ(ids().size(), 1u);
}

}  // namespace
}  // namespace decima::adapters
