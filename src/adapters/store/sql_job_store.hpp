#pragma once
#include <memory>

#include "adapters/store/dialect.hpp"
#include "adapters/store/runner.hpp"
#include "core/job_store.hpp"

namespace decima::adapters {

/// The job store in SQL, whatever the database: the runner brings sessions and transactions, the dialect the few words
/// that differ.
std::unique_ptr<core::JobStore> make_sql_job_store(std::unique_ptr<Runner> runner, Dialect dialect);

}  // namespace decima::adapters
