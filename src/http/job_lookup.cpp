#include "http/job_lookup.hpp"

namespace decima::http {

Result<core::Identity> named_job(const Call& call) {
  const auto identity = core::Identity::parse(call.parameter);
  return identity ? identity->canonical() : identity;
}

Result<core::Job> find_job(const Call& call, const core::Identity& identity) {
  auto found = call.service.find(identity);
  if (!found) return found.error();
  if (!*found) return Error{Code::not_found, "nobody has asked for " + identity.text() + " yet"};
  return std::move(**found);
}

Error why_no_result(const core::Job& job) {
  if (job.state == core::State::cancelled) return {Code::job_cancelled, job.identity.text()};
  if (job.state == core::State::failed) return {Code::job_failed, job.error ? job.error->message() : ""};
  return {Code::not_finished, job.identity.text() + " is " + std::string(core::name(job.state))};
}

}  // namespace decima::http
