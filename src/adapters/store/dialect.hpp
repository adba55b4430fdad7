#pragma once
#include <functional>
#include <string_view>

#include "adapters/store/connection.hpp"

namespace decima::adapters {

/// What sql_job_store.cpp needs said differently from one database to the next.
struct Dialect {
  /// The store's own time, by which leases are judged: the clock of the one process of an embedded store, or of the
  /// server that all processes share.
  std::function<Time(Connection&)> now;
  /// Inserts a row unless one with its key is there, and then changes nothing.
  std::string_view insert_job;     ///< :identity :kind :priority :s3_key :trace :expected_bytes :now
  std::string_view insert_leader;  ///< :role :holder :until
  /// Selects the number of the row that this session inserted last.
  std::string_view last_number;
  /// What makes a select hold its row until the end of the act; nothing where writers are alone anyhow.
  std::string_view holding;
};

}  // namespace decima::adapters
