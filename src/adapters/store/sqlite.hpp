#pragma once
#include <memory>
#include <string>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "core/job_store.hpp"

namespace decima::adapters {

struct SqliteSettings {
  std::string url;       ///< "sqlite:PATH"; the folder must be there
  unsigned readers = 2;  ///< sessions that answer queries beside the writer's
};

/// Opens the store in an SQLite file whose schema is current (see migrations.hpp); schema_mismatch otherwise. One
/// process at a time: `clock` is the store's own clock, and the caller holds the data folder's lock. `clock` must
/// outlive the store.
Result<std::unique_ptr<core::JobStore>> make_sqlite_store(const SqliteSettings& settings, const Clock& clock);

/// ok when there is a database at the URL; bad_setting otherwise. For whoever reads what is there: to open it would
/// make one, empty, for every mistyped path.
Result<> expect_sqlite(const std::string& url);

/// The same, and corrupt where the pages of the database contradict each other: rows may then be missing from a list
/// that seems whole. Reads all of it.
Result<> expect_sound_sqlite(const std::string& url);

}  // namespace decima::adapters
