// The jobs API: every kind alike, errors as RFC 9457 problems.
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <memory>
#include <span>

#include "base/text.hpp"
#include "core/priority.hpp"
#include "http/handlers.hpp"
#include "http/job_json.hpp"
#include "http/job_lookup.hpp"
#include "http/json_body.hpp"
#include "http/json_text.hpp"
#include "http/negotiation.hpp"
#include "kinds/registry.hpp"

namespace decima::http {
namespace {

namespace json = boost::json;

constexpr std::size_t longest_batch = 1'000;

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

/// Empty where none is named.
Result<std::optional<unsigned>> named_priority(const json::object& body) {
  const json::value* value = body.if_contains("priority");
  if (!value) return std::optional<unsigned>();
  const auto number = json_number(*value);
  const auto priority = number ? parse_number(number->text) : std::nullopt;
  if (!priority || *priority > core::priority_most)
    return Error{Code::invalid_argument, "priority must be a whole number from 0 to 9"};
  return std::optional(static_cast<unsigned>(*priority));
}

Result<core::Request> read_request(const json::value& body, const core::Budgets& budgets) {
  const json::object* object = body.if_object();
  const json::value* kind_name = object ? object->if_contains("kind") : nullptr;
  const json::value* given = object ? object->if_contains("arguments") : nullptr;
  if (!kind_name || !kind_name->is_string() || !given || !given->is_object())
    return Error{Code::invalid_request, R"(a job is asked for with {"kind": "factorial", "arguments": {"n": 1000}})"};
  const std::string_view named = kind_name->get_string();
  const kinds::Kind* kind = kinds::find(named);
  if (!kind) return core::make_request(named, {}, budgets);  // says which kinds there are
  const auto ordered = ordered_arguments(*kind, given->get_object());
  if (!ordered) return ordered.error();
  const std::vector<std::string_view> views(ordered->begin(), ordered->end());
  const auto priority = named_priority(*object);
  if (!priority) return priority.error();
  auto request = core::make_request(named, views, budgets);
  if (request) request->priority = *priority;
  return request;
}

/// How long the client would wait for the job to be finished.
Duration patience_of(const Call& call) {
  return preferred_wait(call.request.list("Prefer"), call.settings.limits.wait_time);
}

/// The client may have asked to be answered only when there is something to say.
Response show(const Call& call, int status, const core::Job& job) {
  Response response = Response::json(status, json::serialize(job_json(job, call.service)));
  response.provisional = !core::finished(job.state);
  if (patience_of(call) > Duration(0)) response.field("Preference-Applied", "wait");
  return response;
}

Response show_accepted(const Call& call, const core::Job& job) {
  Response response = show(call, core::finished(job.state) ? 200 : 202, job);
  response.field("Location", path_of(job.identity));
  return response;
}

Response submit(const Call& call, const core::Request& request) {
  const auto submission = call.service.submit(request, call.trace);
  return submission ? show_accepted(call, submission->job) : call.refuse(submission.error());
}

Response look_again(const Call& call, const core::Identity& identity) {
  const auto job = find_job(call, identity);
  return job ? show_accepted(call, *job) : call.refuse(job.error());
}

/// To be done for a client that may have asked to wait until the job is finished.
Work patiently(const Call& call, const core::Identity& job, std::function<Response()> make) {
  const Duration patience = patience_of(call);
  return {std::move(make), patience, patience > Duration(0) ? std::optional(job) : std::nullopt};
}

Work submit_one(const Call& call, core::Request request) {
  const core::Identity identity = request.identity;
  if (patience_of(call) > Duration(0) && !request.priority) request.priority = core::priority_waited_for;
  auto make = [&call, request = std::move(request), submitted = false]() mutable {
    // Once is enough: asking again would put a job that failed meanwhile back in the queue.
    if (submitted) return look_again(call, request.identity);
    submitted = true;
    return submit(call, request);
  };
  return patiently(call, identity, std::move(make));
}

/// What each member of a batch came to: a request, or the reason why it is none.
using Members = std::vector<Result<core::Request>>;

json::object item(const Call& call, const core::Job& job) {
  return {{"status", core::finished(job.state) ? 200 : 202}, {"job", job_json(job, call.service)}};
}

json::object item(const Error& error) {
  return {{"status", facts(error.code).http_status}, {"problem", problem_json(error)}};
}

Response submit_all(const Call& call, const Members& members) {
  std::vector<core::Request> requests;
  for (const auto& member : members)
    if (member) requests.push_back(*member);
  const auto submissions = call.service.submit(requests, call.trace);
  if (!submissions) return call.refuse(submissions.error());
  json::array items;
  std::size_t next = 0;
  for (const auto& member : members)
    items.push_back(member ? item(call, (*submissions)[next++].job) : item(member.error()));
  Response response = Response::json(200, json::serialize(json::object{{"items", std::move(items)}}));
  response.writes = members.size();
  return response;
}

Answer submit_batch(const Call& call, const json::array& batch) {
  if (batch.empty() || batch.size() > longest_batch)
    return call.refuse({Code::invalid_request, "a batch holds 1 to " + std::to_string(longest_batch) + " jobs"});
  auto members = std::make_shared<Members>();
  for (const json::value& each : batch) members->push_back(read_request(each, call.service.budgets()));
  return Work{[&call, members] { return submit_all(call, *members); }};
}

Response cancel(const Call& call, const core::Identity& identity) {
  if (const auto found = call.service.cancel(identity); !found) return call.refuse(found.error());
  const auto job = find_job(call, identity);
  return job ? show(call, 200, *job) : call.refuse(job.error());
}

}  // namespace

Answer submit_job(const Call& call) {
  const auto body = json_body(call.request, call.settings.limits);
  if (!body) return call.refuse(body.error());
  if (const json::array* batch = body->if_array()) return submit_batch(call, *batch);
  auto request = read_request(*body, call.service.budgets());
  if (!request) return call.refuse(request.error());
  return submit_one(call, std::move(*request));
}

Answer get_job(const Call& call) {
  auto identity = named_job(call);
  if (!identity) return call.refuse(identity.error());
  return patiently(call, *identity, [&call, identity = *identity] {
    const auto job = find_job(call, identity);
    return job ? show(call, 200, *job) : call.refuse(job.error());
  });
}

Answer cancel_job(const Call& call) {
  auto identity = named_job(call);
  if (!identity) return call.refuse(identity.error());
  return Work{[&call, identity = std::move(*identity)] { return cancel(call, identity); }};
}

}  // namespace decima::http
