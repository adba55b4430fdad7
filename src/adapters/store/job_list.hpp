#pragma once
#include <span>
#include <string>
#include <vector>

#include "adapters/store/connection.hpp"
#include "core/job_store.hpp"

namespace decima::adapters {

/// One page of jobs, as core::JobStore::list means it. Reads no more rows than the page has, for each kind there is.
std::vector<core::Job> list_jobs(Connection& db, const core::JobQuery& query);

/// The statements that this takes, for the test that asks the database how it would answer them.
struct ListStatement {
  std::string sql;
  std::string_view index;  ///< that it must walk along; empty for the table itself
};
std::span<const ListStatement> list_statements();

}  // namespace decima::adapters
