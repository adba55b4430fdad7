#pragma once
#include <boost/json/object.hpp>
#include <string>

#include "core/job.hpp"

namespace decima::http {

/// "/api/v1/jobs/factorial-1000"
std::string path_of(const core::Identity& identity);

/// A job as clients see it: null for what there is not yet.
boost::json::object job_json(const core::Job& job);

}  // namespace decima::http
