#pragma once
#include <string>

#include "base/result.hpp"

namespace decima::adapters {

/// Writes the SQLite database of `from` ("sqlite:PATH"), as it stands at one moment, into the file of `to`, which must
/// be new. Other processes go on reading and writing meanwhile. Not synced.
Result<> snapshot_sqlite(const std::string& from, const std::string& to);

}  // namespace decima::adapters
