#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"

namespace decima::adapters {

struct MigrationState {
  std::uint64_t version = 0;
  std::string name;
  std::optional<Time> applied_at;  ///< empty: not yet
};

/// Moves a database's schema. `url` is "sqlite:PATH". Every step is a transaction of its own under a lock, so
/// several processes may try at once and a killed one leaves no step half done. A database with steps that this
/// program does not know is left alone: schema_mismatch.

/// Takes all steps that are missing; answers with how many.
Result<std::size_t> migrate_up(const std::string& url, const Clock& clock);
/// Takes back the latest `steps`; the rows in what they drop are lost. Answers with how many there were to take.
Result<std::size_t> migrate_down(const std::string& url, std::size_t steps);
/// All steps this program knows, in order.
Result<std::vector<MigrationState>> migration_states(const std::string& url);

}  // namespace decima::adapters
