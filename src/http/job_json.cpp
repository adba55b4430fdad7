#include "http/job_json.hpp"

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

}  // namespace

std::string path_of(const core::Identity& identity) { return "/api/v1/jobs/" + identity.text(); }

json::object job_json(const core::Job& job) {
  const bool done = job.state == core::State::done;
  return {{"id", text(job.identity.text())},
          {"kind", text(job.identity.kind())},
          {"arguments", arguments_of(job.identity)},
          {"state", text(core::name(job.state))},
          {"phase", nullptr},
          {"progress", done ? json::value(1) : nullptr},
          {"eta_seconds", nullptr},
          {"digits", done ? integer(job.stored->digits) : nullptr},
          {"bytes", done ? integer(job.stored->bytes) : nullptr},
          {"sha256", done ? json::value(text(hex(job.stored->sha256))) : nullptr},
          {"error", error_or_null(job)},
          {"created_at", text(rfc3339(job.created_at))},
          {"started_at", time_or_null(job.started_at)},
          {"finished_at", time_or_null(job.finished_at)},
          {"links", links_of(job.identity)}};
}

}  // namespace decima::http
