#include "adapters/store/connection.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <future>

#include "adapters/store/driver.hpp"
#include "adapters/store/sqlite_file.hpp"
#include "base/test_temp_folder.hpp"

namespace decima::adapters {
namespace {

class Connections : public testing::Test {
 protected:
  Connections() {
    db_.script(
        "create table t (id integer primary key, word text, amount integer) strict; create index t_word on t (word)");
  }

  void insert(std::uint64_t id, Value word, Value amount) {
    db_.change("insert into t (id, word, amount) values (:id, :word, :amount)",
               {{"id", id}, {"word", std::move(word)}, {"amount", std::move(amount)}});
  }

  const TempFolder temp_;
  Connection db_ = open_sqlite((temp_ / "a \xc3\xbc b.db").string());
};

TEST_F(Connections, TextAndIntegersComeBackWhole) {
  const std::string odd = "quotes ' \" and :names \n \xc3\xbc";
  insert(1, odd, std::uint64_t{INT64_MAX});
  insert(2, "", std::int64_t{-1});
  const auto rows = db_.rows("select word, amount from t order by id", 2);
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[0].text(0), odd);
  EXPECT_EQ(rows[0].count(1), std::uint64_t{INT64_MAX});
  EXPECT_EQ(rows[1].text(0), "");
  EXPECT_EQ(rows[1].time(1), from_millis(-1));
}

TEST_F(Connections, ComputedColumnsAreNotCutTo32Bits) {
  insert(1, "a", std::uint64_t{1} << 40);
  insert(2, "a", std::uint64_t{1} << 40);
  EXPECT_EQ(db_.rows("select sum(amount) from t", 1).front().count(0), std::uint64_t{1} << 41);
}

TEST_F(Connections, NullComesAndGoesInTheSameStatement) {
  insert(1, std::optional<std::string>(), std::optional<Time>());
  insert(2, std::optional<std::string>("x"), std::optional(from_millis(7)));
  insert(3, std::optional<std::string>(), std::optional<Time>());
  const auto rows = db_.rows("select word, amount from t order by id", 2);
  EXPECT_TRUE(rows[0].null(0) && rows[0].null(1));
  EXPECT_EQ(rows[1].text(0), "x");
  EXPECT_EQ(rows[1].time(1), from_millis(7));
  EXPECT_TRUE(rows[2].null(0) && rows[2].null(1));
  EXPECT_THROW((void)rows[0].text(0), SqlFailure);
}

TEST_F(Connections, ChangesAreCounted) {
  insert(1, "a", std::uint64_t{1});
  insert(2, "a", std::uint64_t{1});
  const auto update = [&](const char* word) {
    return db_.change("update t set amount = amount + 1 where word = :word", {{"word", word}});
  };
  EXPECT_EQ(update("a"), 2u);
  EXPECT_EQ(update("b"), 0u);
}

TEST_F(Connections, FailureNamesTheReasonAndNotTheValues) {
  insert(1, "secret", std::uint64_t{1});
  try {
    insert(1, "secret", std::uint64_t{1});
    FAIL() << "the key is taken";
  } catch (const SqlFailure& failure) {
    EXPECT_EQ(failure.error().code, Code::internal);
    EXPECT_NE(failure.error().detail.find("UNIQUE"), std::string::npos) << failure.error().detail;
    EXPECT_EQ(failure.error().detail.find("secret"), std::string::npos) << failure.error().detail;
  }
  insert(2, "the statement can be used again", std::uint64_t{1});
}

TEST_F(Connections, QueryReadToItsEndHoldsNoSnapshot) {
  insert(1, "a", std::uint64_t{1});
  insert(2, "a", std::uint64_t{2});
  EXPECT_EQ(db_.rows("select id from t where word = 'a'", 1).size(), 2u);
  EXPECT_TRUE(db_.rows("select id from t where word = 'b'", 1).empty());
  Connection other = open_sqlite((temp_ / "a \xc3\xbc b.db").string());
  const auto cut = other.rows("pragma wal_checkpoint(truncate)", 3);
  EXPECT_EQ(cut.front().count(0), 0u) << "busy: somebody reads an old state still";
}

TEST(SqliteFiles, UrlsAreRead) {
  EXPECT_EQ(*sqlite_path("sqlite:var/decima.db"), "var/decima.db");
  EXPECT_EQ(*sqlite_path("sqlite:///var/decima.db"), "/var/decima.db");
  for (const char* bad : {"", "sqlite:", "sqlite://", "postgres://x", "var/decima.db", "sqlite:a\"b"})
    EXPECT_EQ(sqlite_path(bad).error().code, Code::bad_setting) << bad;
}

TEST(SqliteFiles, FileThatIsNoDatabaseIsRefused) { EXPECT_THROW(open_sqlite("/etc/passwd"), SqlFailure); }

/// Many processes may open a new file at once.
TEST(SqliteFiles, WhoeverOpensFirstWaitsForTheOthersLocks) {
  const TempFolder temp;
  const std::string path = (temp / "a.db").string();
  Connection writer(sqlite_driver, "dbname=" + path);
  writer.script("create table t (id integer); begin immediate");
  auto opened = std::async(std::launch::async, [&] { return open_sqlite(path); });
  EXPECT_EQ(opened.wait_for(std::chrono::milliseconds(300)), std::future_status::timeout);
  writer.script("rollback");
  EXPECT_EQ(opened.get().rows("pragma journal_mode", 1).front().text(0), "wal");
}

TEST(SqliteFiles, MissingFolderIsRefused) {
  const TempFolder temp;
  EXPECT_THROW(open_sqlite((temp / "none" / "a.db").string()), SqlFailure);
}

}  // namespace
}  // namespace decima::adapters
