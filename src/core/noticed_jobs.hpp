#pragma once
#include <memory>

#include "core/job_store.hpp"
#include "core/notices.hpp"

namespace decima::core {

/// The same store, which tells `notices` of every change of a job's state after it was committed. All that changes
/// jobs goes through this port, so whoever submits, works or sweeps in this process is heard without doing anything
/// for it. Both must outlive it.
std::unique_ptr<JobStore> noticed(JobStore& jobs, Notices& notices);

}  // namespace decima::core
