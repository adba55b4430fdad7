#pragma once
#include <boost/json/object.hpp>
#include <cstdint>
#include <optional>
#include <string>

#include "core/service.hpp"

namespace decima::http {

/// "/api/v1/jobs/factorial-1000"
std::string path_of(const core::Identity& identity);

/// A job as clients see it: null for what there is not yet. How far it is, only the process knows that computes it.
boost::json::object job_json(const core::Job& job, const core::Service& service);

/// How long the computing goes on yet, as far as that can be said.
std::optional<std::int64_t> eta_seconds(const core::Job& job, const core::Service& service);

}  // namespace decima::http
