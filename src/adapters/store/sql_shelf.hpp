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

/// Puts the digits of a row that has none on the list of removals: it was evicted, has failed or is cancelled, and an
/// attempt at it, which may still go on, had or will have put them under their public name.
void list_removal(Connection& db, const core::Identity& identity);
/// The same for every row that may be one.
void list_all_removals(Connection& db);

}  // namespace decima::adapters
