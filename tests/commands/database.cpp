#include "database.hpp"

#include <gtest/gtest.h>
#include <sqlite3.h>

#include <memory>

namespace decima::program {

std::optional<std::string> try_sql(const std::filesystem::path& data, const std::string& statement) {
  sqlite3* opened = nullptr;
  const int status = sqlite3_open_v2((data / "decima.db").c_str(), &opened, SQLITE_OPEN_READWRITE, nullptr);
  const std::unique_ptr<sqlite3, decltype(&sqlite3_close)> database(opened, sqlite3_close);
  if (status != SQLITE_OK) return std::nullopt;
  sqlite3_busy_timeout(opened, 10'000);
  std::string value;
  const auto take = [](void* into, int, char** values, char**) {
    *static_cast<std::string*>(into) = values[0] ? values[0] : "";
    return 0;
  };
  if (sqlite3_exec(opened, statement.c_str(), take, &value, nullptr) != SQLITE_OK) return std::nullopt;
  return value;
}

std::string sql(const std::filesystem::path& data, const std::string& statement) {
  const auto value = try_sql(data, statement);
  EXPECT_TRUE(value) << statement;
  return value.value_or("");
}

}  // namespace decima::program
