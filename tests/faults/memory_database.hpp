#pragma once
#include <memory>

#include "base/clock.hpp"
#include "core/job_store.hpp"

namespace decima::faults {

/// The real statements over a real SQLite schema, in this process's memory, for one thread and without a writer of its
/// own: what a call does is done when it returns, and no other thread has a say in when.
std::unique_ptr<core::JobStore> make_memory_database(const Clock& clock);

}  // namespace decima::faults
