#include "adapters/sqlite/database.hpp"

#include <sqlite3.h>

#include "adapters/sqlite/code.hpp"

namespace decima::adapters {
namespace {

/// How long one session waits for another's transaction.
constexpr int patience_millis = 5000;

Error failure(sqlite3* database, int result) {
  return {code_of_sqlite(result), "SQLite: " + std::string(sqlite3_errmsg(database))};
}

}  // namespace

void prepare_sqlite() {
  [[maybe_unused]] static const bool done = [] {
    sqlite3_config(SQLITE_CONFIG_MULTITHREAD);
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    return true;
  }();
}

void Statement::Finalize::operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }

Statement& Statement::text(int place, std::string_view value) {
  sqlite3_bind_text64(statement_.get(), place, value.data(), value.size(), SQLITE_STATIC, SQLITE_UTF8);
  return *this;
}

Statement& Statement::bytes(int place, std::string_view value) {
  // A null pointer would be bound as null, and an empty view may have one.
  sqlite3_bind_blob64(statement_.get(), place, value.empty() ? "" : value.data(), value.size(), SQLITE_STATIC);
  return *this;
}

Statement& Statement::integer(int place, std::uint64_t value) {
  sqlite3_bind_int64(statement_.get(), place, static_cast<sqlite3_int64>(value));
  return *this;
}

Result<bool> Statement::next() {
  const int result = sqlite3_step(statement_.get());
  if (result == SQLITE_ROW) return true;
  const Error error = failure(database_.get(), result);
  reset();
  if (result == SQLITE_DONE) return false;
  return error;
}

Result<std::uint64_t> Statement::run() {
  const auto row = next();
  if (!row) return row.error();
  reset();
  if (*row) return Error{Code::internal, "SQLite: a statement that changes rows answered with one"};
  return static_cast<std::uint64_t>(sqlite3_changes64(database_.get()));
}

std::string_view Statement::bytes_at(int column) const {
  const auto* bytes = static_cast<const char*>(sqlite3_column_blob(statement_.get(), column));
  return {bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column))};
}

std::uint64_t Statement::integer_at(int column) const {
  return static_cast<std::uint64_t>(sqlite3_column_int64(statement_.get(), column));
}

void Statement::reset() { sqlite3_reset(statement_.get()); }

Result<Database> Database::open(const std::string& path) {
  prepare_sqlite();
  sqlite3* opened = nullptr;
  const int result =
      sqlite3_open_v2(path.c_str(), &opened, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nullptr);
  std::shared_ptr<sqlite3> handle(opened, sqlite3_close_v2);
  if (result != SQLITE_OK) return Error{code_of_sqlite(result), "SQLite: " + path + ": " + sqlite3_errstr(result)};
  sqlite3_busy_timeout(opened, patience_millis);
  return Database(std::move(handle));
}

Result<Statement> Database::prepare(std::string_view sql) const {
  sqlite3_stmt* statement = nullptr;
  const int result = sqlite3_prepare_v3(handle_.get(), sql.data(), static_cast<int>(sql.size()),
                                        SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
  if (result != SQLITE_OK) return failure(handle_.get(), result);
  return Statement(handle_, statement);
}

Result<> Database::script(const std::string& sql) const {
  const int result = sqlite3_exec(handle_.get(), sql.c_str(), nullptr, nullptr, nullptr);
  if (result != SQLITE_OK) return failure(handle_.get(), result);
  return Done{};
}

}  // namespace decima::adapters
