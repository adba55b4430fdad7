#pragma once
#include <boost/json/object.hpp>
#include <string>

#include "core/service.hpp"

namespace decima::http {

/// "/api/v1/jobs/factorial-1000"
std::string path_of(const core::Identity& identity);

/// A job as clients see it: null for what there is not yet. How far it is, only the process knows that computes it.
boost::json::object job_json(const core::Job& job, const core::Service& service);

}  // namespace decima::http
