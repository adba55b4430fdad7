#pragma once
#include "base/result.hpp"
#include "core/job.hpp"
#include "http/call.hpp"

namespace decima::http {

/// The job that the path names, by its canonical name.
Result<core::Identity> named_job(const Call& call);

/// The row, or not_found when nobody has asked for this job. May block.
Result<core::Job> find_job(const Call& call, const core::Identity& identity);

/// Says why a job that is not done has no result to show, and when to look again.
Response without_result(const Call& call, const core::Job& job);

}  // namespace decima::http
