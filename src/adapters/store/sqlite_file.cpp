#include "adapters/store/sqlite_file.hpp"

#include <chrono>
#include <thread>

#include "adapters/sqlite/database.hpp"
#include "adapters/store/driver.hpp"

namespace decima::adapters {
namespace {

constexpr std::chrono::seconds patience{5};  // as in the text that opens a session
constexpr std::chrono::milliseconds pause{5};

/// Readers and the writer do not wait for each other then. The file remembers it, so that only the first session ever
/// switches; while another one holds any lock that fails at once, and SQLite's own patience does not cover it.
void use_wal(Connection& connection) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  for (;;) {
    try {
      return connection.script("pragma journal_mode = wal");
    } catch (const SqlFailure& failure) {
      if (failure.error().code != Code::unavailable || std::chrono::steady_clock::now() > deadline) throw;
    }
    std::this_thread::sleep_for(pause);
  }
}

}  // namespace

Result<std::string> sqlite_path(std::string_view url) {
  constexpr std::string_view scheme = "sqlite:";
  if (!url.starts_with(scheme)) return Error{Code::bad_setting, "the store's URL must begin with sqlite:"};
  url.remove_prefix(scheme.size());
  if (url.starts_with("//")) url.remove_prefix(2);
  // SOCI's connection text has no way to write a quote inside quotes.
  if (url.empty() || url.find('"') != url.npos)
    return Error{Code::bad_setting, "the store's URL must name a file without quotes: sqlite:var/decima.db"};
  return std::string(url);
}

Connection open_sqlite(const std::string& path) {
  prepare_sqlite();
  Connection connection(sqlite_driver, "dbname=\"" + path + "\" timeout=5");
  use_wal(connection);
  // FULL, so that a commit survives a power cut. Savepoints keep the pages as they were, in temporary files unless told
  // otherwise.
  connection.script(
      "pragma synchronous = full;"
      "pragma foreign_keys = on;"
      "pragma temp_store = memory;"
      "pragma cache_size = -16384;"
      "pragma journal_size_limit = 67108864;");
  return connection;
}

}  // namespace decima::adapters
