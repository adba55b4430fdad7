#include "adapters/store/sqlite_file.hpp"

#include "adapters/sqlite/database.hpp"
#include "adapters/store/driver.hpp"

namespace decima::adapters {

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
  // WAL, so that readers and the writer do not wait for each other; FULL, so that a commit survives a power cut.
  // Savepoints keep the pages as they were, in temporary files unless told otherwise.
  connection.script(
      "pragma journal_mode = wal;"
      "pragma synchronous = full;"
      "pragma foreign_keys = on;"
      "pragma temp_store = memory;"
      "pragma cache_size = -16384;"
      "pragma journal_size_limit = 67108864;");
  return connection;
}

}  // namespace decima::adapters
