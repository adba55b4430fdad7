#include "http/job_json.hpp"

#include <algorithm>
#include <boost/json/array.hpp>
#include <optional>
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

json::value phase_or_null(core::State state) {
  if (state == core::State::calculating) return "computing";
  if (state == core::State::uploading) return "storing";
  return nullptr;
}

/// How far a job is, and how long the rest takes if it goes on as it has begun.
struct Outlook {
  json::value progress = nullptr, eta_seconds = nullptr;
};

Outlook outlook(const core::Job& job, const core::Service& service) {
  if (job.state == core::State::done) return {1, nullptr};
  if (core::finished(job.state)) return {};  // a worker that was told to stop may still be about it
  const auto live = service.progress(job.identity);
  if (!live || live->total == 0) return {};
  const double share = std::min(1.0, static_cast<double>(live->done) / static_cast<double>(live->total));
  if (share <= 0) return {share, nullptr};
  return {share, live->seconds * (1 - share) / share};
}

}  // namespace

std::string path_of(const core::Identity& identity) { return "/api/v1/jobs/" + identity.text(); }

json::object job_json(const core::Job& job, const core::Service& service) {
  Outlook ahead = outlook(job, service);
  const bool done = job.state == core::State::done;
  json::object shown = {{"id", text(job.identity.text())},
                        {"kind", text(job.identity.kind())},
                        {"arguments", arguments_of(job.identity)},
                        {"state", text(core::name(job.state))},
                        {"phase", phase_or_null(job.state)},
                        {"progress", std::move(ahead.progress)},
                        {"eta_seconds", std::move(ahead.eta_seconds)},
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
