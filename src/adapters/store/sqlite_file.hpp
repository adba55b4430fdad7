#pragma once
#include <string>
#include <string_view>

#include "adapters/store/connection.hpp"
#include "adapters/store/dialect.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"

namespace decima::adapters {

/// "sqlite:PATH" or "sqlite:///PATH" → PATH; bad_setting otherwise.
Result<std::string> sqlite_path(std::string_view url);

/// Opens the file, making it when it is missing, as a log-ahead database whose commits are synced. Throws SqlFailure.
Connection open_sqlite(const std::string& path);

/// SQLite's words for the job store, whose time is that of `clock`, which must outlive it.
Dialect sqlite_dialect(const Clock& clock);

/// Begins a transaction that no second writer can be in.
inline constexpr std::string_view sqlite_lock = "begin immediate";

}  // namespace decima::adapters
