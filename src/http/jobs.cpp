// The jobs API: every kind alike, errors as RFC 9457 problems.
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include "base/text.hpp"
#include "http/handlers.hpp"
#include "http/job_lookup.hpp"
#include "http/json_body.hpp"
#include "http/json_text.hpp"
#include "kinds/registry.hpp"

namespace decima::http {
namespace {

namespace json = boost::json;

std::string path_of(const core::Identity& identity) { return "/api/v1/jobs/" + identity.text(); }

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
  return {{"self", text(self)}, {"digits", text(self + "/digits")}};
}

json::object describe(const core::Job& job) {
  const bool done = job.state == core::State::done;
  return {{"id", text(job.identity.text())},
          {"kind", text(job.identity.kind())},
          {"arguments", arguments_of(job.identity)},
          {"state", text(core::name(job.state))},
          {"digits", done ? integer(job.stored->digits) : nullptr},
          {"bytes", done ? integer(job.stored->bytes) : nullptr},
          {"sha256", done ? json::value(text(hex(job.stored->sha256))) : nullptr},
          {"error", error_or_null(job)},
          {"created_at", text(rfc3339(job.created_at))},
          {"started_at", time_or_null(job.started_at)},
          {"finished_at", time_or_null(job.finished_at)},
          {"links", links_of(job.identity)}};
}

Response show(int status, const core::Job& job) { return Response::json(status, json::serialize(describe(job))); }

/// The kind's arguments in its parameters' order, out of {"n": 1000} or {"n": "1000"}.
Result<std::vector<std::string>> ordered_arguments(const kinds::Kind& kind, const json::object& given) {
  std::vector<std::string> ordered;
  for (const kinds::Parameter& parameter : kind.parameters) {
    const std::string named(parameter.name);
    const json::value* value = given.if_contains(named);
    if (!value) return Error{Code::invalid_argument, "the argument " + named + " is missing"};
    auto number = json_number(*value);
    if (!number) return Error{Code::invalid_argument, named + " must be an integer or a string of digits"};
    ordered.push_back(std::move(number->text));
  }
  if (given.size() != ordered.size())
    return Error{Code::invalid_argument, "arguments holds a name that " + std::string(kind.name) + " does not have"};
  return ordered;
}

Result<core::Request> requested(const Call& call) {
  const auto body = json_object(call.request, call.settings.limits);
  if (!body) return body.error();
  const json::value* kind_name = body->if_contains("kind");
  const json::value* given = body->if_contains("arguments");
  if (!kind_name || !kind_name->is_string() || !given || !given->is_object())
    return Error{Code::invalid_request, R"(a job is asked for with {"kind": "factorial", "arguments": {"n": 1000}})"};
  const std::string_view named = kind_name->get_string();
  const kinds::Kind* kind = kinds::find(named);
  if (!kind) return core::make_request(named, {}, call.service.budgets());  // says which kinds there are
  const auto ordered = ordered_arguments(*kind, given->get_object());
  if (!ordered) return ordered.error();
  const std::vector<std::string_view> views(ordered->begin(), ordered->end());
  return core::make_request(named, views, call.service.budgets());
}

Response submit(const Call& call, const core::Request& request) {
  const auto submission = call.service.submit(request, call.trace);
  if (!submission) return call.refuse(submission.error());
  Response response = show(submission->job.state == core::State::done ? 200 : 202, submission->job);
  response.field("Location", path_of(request.identity));
  return response;
}

}  // namespace

Answer submit_job(const Call& call) {
  auto request = requested(call);
  if (!request) return call.refuse(request.error());
  return Work([&call, request = std::move(*request)] { return submit(call, request); });
}

Answer get_job(const Call& call) {
  auto identity = core::Identity::parse(call.parameter);
  if (!identity) return call.refuse(identity.error());
  return Work([&call, identity = std::move(*identity)] {
    const auto job = find_job(call, identity);
    return job ? show(200, *job) : call.refuse(job.error());
  });
}

}  // namespace decima::http
