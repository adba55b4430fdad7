#pragma once
#include "http/call.hpp"

/// One file per resource; routes.cpp says which path leads to which.
namespace decima::http {

// factorial.cpp
Answer submit_factorial(const Call& call);
Answer get_factorial(const Call& call);
Answer get_factorial_metadata(const Call& call);

// jobs.cpp
Answer submit_job(const Call& call);
Answer get_job(const Call& call);
Answer cancel_job(const Call& call);

// digits.cpp, certificate.cpp, estimate.cpp
Answer get_job_digits(const Call& call);
Answer get_job_certificate(const Call& call);
Answer get_estimate(const Call& call);

// kinds.cpp
Answer list_kinds(const Call& call);

// openapi.cpp, swagger.cpp
Answer get_openapi(const Call& call);
Answer redirect_to_swagger(const Call& call);
Answer get_swagger_file(const Call& call);

// health.cpp
Answer show_index(const Call& call);
Answer get_health(const Call& call);
Answer get_ready(const Call& call);
Answer get_metrics(const Call& call);

}  // namespace decima::http
