// A list costs what its page costs, however many jobs there are: every statement of it walks along an index.
#include "adapters/store/job_list.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adapters/store/migrations.hpp"
#include "adapters/store/sqlite_file.hpp"
#include "base/test_temp_folder.hpp"

namespace decima::adapters {
namespace {

using testing::AnyOf;
using testing::HasSubstr;
using testing::Not;

/// How the database would answer: one line for each step. What is bound makes no difference to it.
std::string plan(Connection& db, std::string sql) {
  for (const char* parameter : {":before", ":limit"})
    if (const auto at = sql.find(parameter); at != std::string::npos)
      sql.replace(at, std::string(parameter).size(), "9");
  for (const char* parameter : {":kind", ":state"})
    if (const auto at = sql.find(parameter); at != std::string::npos)
      sql.replace(at, std::string(parameter).size(), "'done'");
  std::string lines;
  for (const Row& row : db.rows("explain query plan " + sql, 4)) lines += row.text(3) + "\n";
  return lines;
}

TEST(JobList, WalksAlongAnIndex) {
  const TempFolder temp;
  const std::string path = (temp / "a.db").string();
  ASSERT_TRUE(migrate_up("sqlite:" + path, SystemClock()));
  Connection db = open_sqlite(path);
  for (const ListStatement& statement : list_statements()) {
    const std::string steps = plan(db, statement.sql);
    EXPECT_THAT(steps, Not(HasSubstr("TEMP B-TREE"))) << statement.sql;
    EXPECT_THAT(steps, Not(HasSubstr("SCAN jobs\n"))) << statement.sql;
    if (statement.index.empty())
      EXPECT_THAT(steps, HasSubstr("SEARCH jobs USING INTEGER PRIMARY KEY (rowid<?)"));
    else
      EXPECT_THAT(steps, AnyOf(HasSubstr("SEARCH jobs USING INDEX " + std::string(statement.index) + " "),
                               HasSubstr("SEARCH jobs USING COVERING INDEX " + std::string(statement.index) + "\n")))
          << statement.sql;
  }
}

TEST(JobList, CountsByStateWithoutTheTable) {
  const TempFolder temp;
  const std::string path = (temp / "a.db").string();
  ASSERT_TRUE(migrate_up("sqlite:" + path, SystemClock()));
  Connection db = open_sqlite(path);
  EXPECT_THAT(plan(db, "select state, count(*) from jobs group by state"), HasSubstr("COVERING INDEX jobs_state_kind"));
}

}  // namespace
}  // namespace decima::adapters
