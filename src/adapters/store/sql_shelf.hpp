#pragma once
#include <memory>

#include "adapters/store/dialect.hpp"
#include "adapters/store/runner.hpp"
#include "core/shelf.hpp"

namespace decima::adapters {

/// The shelf over the same rows as the job store's, whose parts outlive it.
std::unique_ptr<core::Shelf> make_sql_shelf(Runner& runner, const Dialect& dialect);

/// Shelf::restore inside another act: whether the row was an evicted one whose digits are removed.
bool restore_evicted(Connection& db, const core::Identity& identity, Time now);

/// For a row whose digits an attempt has just put back under a claim that was over: if they were evicted meanwhile,
/// their removal is put on the list once more.
void list_late_digits(Connection& db, const core::Identity& identity);

}  // namespace decima::adapters
