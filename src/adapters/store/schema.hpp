#pragma once
#include <span>
#include <string_view>

#include "adapters/store/connection.hpp"
#include "adapters/store/migrations.hpp"
#include "base/result.hpp"

namespace decima::adapters {

/// A step of the schema and the way back, embedded from migrations/<database>/NNNN_name.{up,down}.sql.
struct Migration {
  std::uint64_t version;
  std::string_view name;
  std::string_view up;
  std::string_view down;
};

/// In order of their versions.
std::span<const Migration> sqlite_migrations();

/// How many steps were taken. `lock` begins a transaction that only one process at a time can be in.
std::size_t step_up(Connection& connection, std::span<const Migration> known, std::string_view lock, Time now);
std::size_t step_down(Connection& connection, std::span<const Migration> known, std::string_view lock,
                      std::size_t steps);
std::vector<MigrationState> states(Connection& connection, std::span<const Migration> known);

/// Throws SqlFailure with schema_mismatch unless exactly the known migrations are applied.
void require_current(Connection& connection, std::span<const Migration> known);

}  // namespace decima::adapters
