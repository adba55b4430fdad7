#include "http/job_lookup.hpp"

#include <algorithm>

#include "http/job_json.hpp"

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

Response without_result(const Call& call, const core::Job& job) {
  /// What lies farther ahead is not known so well.
  constexpr std::int64_t longest_rest = 60;
  if (job.state == core::State::cancelled) return call.refuse({Code::job_cancelled, job.identity.text()});
  if (job.state == core::State::failed) return call.refuse({Code::job_failed, job.error ? job.error->message() : ""});
  const Error unfinished{Code::not_finished, job.identity.text() + " is " + std::string(core::name(job.state))};
  const std::int64_t rest = std::clamp<std::int64_t>(eta_seconds(job, call.service).value_or(1), 1, longest_rest);
  return error_response(call.errors, unfinished, static_cast<std::uint64_t>(rest));
}

}  // namespace decima::http
