// A data folder of a newer program: every command refuses it in words and leaves it as it is.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <memory>

#include "program.hpp"

namespace decima::program {
namespace {

using testing::HasSubstr;

/// Runs the statement and answers with its only value, if it has one.
std::string sql(const std::filesystem::path& path, const std::string& statement) {
  sqlite3* opened = nullptr;
  EXPECT_EQ(sqlite3_open(path.c_str(), &opened), SQLITE_OK);
  const std::unique_ptr<sqlite3, decltype(&sqlite3_close)> database(opened, sqlite3_close);
  std::string value;
  const auto take = [](void* into, int, char** values, char**) {
    *static_cast<std::string*>(into) = values[0];
    return 0;
  };
  EXPECT_EQ(sqlite3_exec(opened, statement.c_str(), take, &value, nullptr), SQLITE_OK) << sqlite3_errmsg(opened);
  return value;
}

TEST(NewerSchema, IsRefusedInWordsAndLeftAsItIs) {
  const Folder folder;
  const auto data = folder / "data", database = data / "decima.db";
  {
    Server server(data);
    server.ask("/api/v1/factorial", R"({"number":"5"})");
    server.digits("factorial-5");
  }
  sql(database, "insert into schema_migrations (version, applied_at) values (9999, 0)");
  for (const Arguments& command : {Arguments{"serve", "--listen", "127.0.0.1:0"},
                                   {"serve", "--listen", "127.0.0.1:0", "--migrate", "no"},
                                   {"scrub"},
                                   {"calculator"},
                                   {"backup", folder / "copy"},
                                   {"migrate", "up"},
                                   {"migrate", "down"}}) {
    Arguments arguments = command;
    arguments.insert(arguments.end(), {"--data", data});
    const Ended refused = run(arguments);
    EXPECT_EQ(refused.status, 78) << command[0];
    EXPECT_THAT(refused.err, HasSubstr("the database has migration 9999, which this program does not know; run a newer "
                                       "decima on it"))
        << command[0];
  }
  EXPECT_FALSE(std::filesystem::exists(folder / "copy"));
  EXPECT_EQ(sql(database, "select max(version) from schema_migrations"), "9999");
  sql(database, "delete from schema_migrations where version = 9999");
  EXPECT_THAT(Server(data).ask("/api/v1/factorial/5"), HasSubstr("\"120\""));
}

}  // namespace
}  // namespace decima::program
