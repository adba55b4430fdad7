// A data folder of a newer program: every command refuses it in words and leaves it as it is.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "database.hpp"
#include "program.hpp"

namespace decima::program {
namespace {

using testing::HasSubstr;

TEST(NewerSchema, IsRefusedInWordsAndLeftAsItIs) {
  const Folder folder;
  const auto data = folder / "data";
  {
    Server server(data);
    server.ask("/api/v1/factorial", R"({"number":"5"})");
    server.digits("factorial-5");
  }
  sql(data, "insert into schema_migrations (version, applied_at) values (9999, 0)");
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
  EXPECT_EQ(sql(data, "select max(version) from schema_migrations"), "9999");
  sql(data, "delete from schema_migrations where version = 9999");
  EXPECT_THAT(Server(data).ask("/api/v1/factorial/5"), HasSubstr("\"120\""));
}

}  // namespace
}  // namespace decima::program
