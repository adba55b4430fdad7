#include "adapters/store/migrations.hpp"

#include "adapters/store/schema.hpp"
#include "adapters/store/sqlite_file.hpp"

namespace decima::adapters {
namespace {

/// Runs `act` on a connection to the URL's database.
template <class Act>
auto connected(const std::string& url, Act act) -> Result<decltype(act(std::declval<Connection&>()))> {
  const auto path = sqlite_path(url);
  if (!path) return path.error();
  try {
    Connection connection = open_sqlite(*path);
    return act(connection);
  } catch (const SqlFailure& failure) {
    return failure.error();
  }
}

}  // namespace

Result<std::size_t> migrate_up(const std::string& url, const Clock& clock) {
  return connected(
      url, [&](Connection& connection) { return step_up(connection, sqlite_migrations(), sqlite_lock, clock.now()); });
}

Result<std::size_t> migrate_down(const std::string& url, std::size_t steps) {
  return connected(
      url, [&](Connection& connection) { return step_down(connection, sqlite_migrations(), sqlite_lock, steps); });
}

Result<std::vector<MigrationState>> migration_states(const std::string& url) {
  return connected(url, [&](Connection& connection) { return states(connection, sqlite_migrations()); });
}

}  // namespace decima::adapters
