#include "http/job_json.hpp"

#include <algorithm>
#include <boost/json/array.hpp>
#include <cmath>
#include <vector>

#include "base/text.hpp"
#include "http/json_text.hpp"
#include "kinds/registry.hpp"

namespace decima::http {
namespace {

namespace json = boost::json;

json::value time_or_null(const std::optional<Time>& time) { return time ? json::value(text(rfc3339(*time))) : nullptr; }

json::value error_or_null(const core::Job& job) {
  if (job.state != core::State::failed || !job.error) return nullptr;
  return json::object{{"code", text(facts(job.error->code).name)}, {"detail", text(job.error->message())}};
}

/// By the parameters' names; a row of a kind that this program does not know keeps its numbers in a list.
json::value arguments_of(const core::Identity& identity) {
  const kinds::Kind* kind = kinds::find(identity.kind());
  json::array listed;
  std::vector<std::uint64_t> values;
  for (const std::string_view argument : identity.arguments()) {
    listed.push_back(text(argument));
    if (const auto value = parse_number(argument)) values.push_back(*value);
  }
  if (!kind || kind->parameters.size() != listed.size() || values.size() != listed.size()) return listed;
  return arguments(*kind, values);
}

json::object links_of(const core::Identity& identity) {
  const std::string self = path_of(identity);
  return {{"self", text(self)}, {"digits", text(self + "/digits")}, {"certificate", text(self + "/certificate")}};
}

/// What is being done about a job, how far the computing is, and how long the rest of that takes if it goes on as it
/// has begun.
struct Outlook {
  json::value phase = nullptr, progress = nullptr;
  std::optional<std::int64_t> eta_seconds = {};
};

/// In steps that can be told from each other and read by people.
double in_short(double share) { return std::floor(share * 10'000) / 10'000; }

Outlook outlook(const core::Job& job, const core::Service& service) {
  /// Before so much of it is done nobody can say how long it takes.
  constexpr double telling = 0.02;
  if (job.state == core::State::done) return {nullptr, 1};
  if (job.state == core::State::uploading) return {"storing", 1};
  // Of a job in any other state there may still be, or already be, a worker about it; the row knows better.
  if (job.state != core::State::calculating) return {};
  const auto live = service.progress(job.identity);
  if (!live || live->total == 0) return {"computing"};
  if (live->phase != core::LiveJobs::Phase::computing) return {text(core::name(live->phase)), 1};
  const double share = std::min(1.0, static_cast<double>(live->done) / static_cast<double>(live->total));
  Outlook ahead{"computing", in_short(share)};
  if (share >= telling) ahead.eta_seconds = static_cast<std::int64_t>(std::ceil(live->seconds * (1 - share) / share));
  return ahead;
}

}  // namespace

std::optional<std::int64_t> eta_seconds(const core::Job& job, const core::Service& service) {
  return outlook(job, service).eta_seconds;
}

std::string path_of(const core::Identity& identity) { return "/api/v1/jobs/" + identity.text(); }

json::object job_json(const core::Job& job, const core::Service& service) {
  Outlook ahead = outlook(job, service);
  const bool done = job.state == core::State::done;
  json::object shown = {{"id", text(job.identity.text())},
                        {"kind", text(job.identity.kind())},
                        {"arguments", arguments_of(job.identity)},
                        {"state", text(core::name(job.state))},
                        {"phase", std::move(ahead.phase)},
                        {"progress", std::move(ahead.progress)},
                        {"eta_seconds", ahead.eta_seconds ? json::value(*ahead.eta_seconds) : nullptr},
                        {"digits", done ? integer(job.stored->digits) : nullptr},
                        {"bytes", done ? integer(job.stored->bytes) : nullptr},
                        {"sha256", done ? json::value(text(hex(job.stored->sha256))) : nullptr},
                        {"error", error_or_null(job)},
                        {"created_at", text(rfc3339(job.created_at))},
                        {"started_at", time_or_null(job.started_at)},
                        {"finished_at", time_or_null(job.finished_at)},
                        {"links", links_of(job.identity)}};
  if (job.evicted_at) shown["evicted_at"] = time_or_null(job.evicted_at);
  return shown;
}

}  // namespace decima::http
