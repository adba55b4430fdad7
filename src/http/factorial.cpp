// The factorial routes as the services before Decima had them: one envelope for all answers, here with honest codes.
#include <string>

#include "base/text.hpp"
#include "http/handlers.hpp"
#include "http/json_body.hpp"
#include "http/text_source.hpp"

namespace decima::http {
namespace {

/// A number that may be asked for on these routes, and how it came.
struct Number {
  std::uint64_t value = 0;
  bool as_string = true;

  std::string json() const {
    const std::string digits = std::to_string(value);
    return as_string ? "\"" + digits + "\"" : digits;
  }
  core::Identity identity() const { return core::Identity::of("factorial", {value}); }
};

Result<std::uint64_t> check(std::string_view text, std::uint64_t most) {
  const bool minus = text.starts_with('-') && classify_numeral(text.substr(1)) != Numeral::malformed;
  if (minus) return Error{Code::invalid_argument, "number must be non-negative"};
  const Numeral numeral = classify_numeral(text);
  if (numeral == Numeral::malformed)
    return Error{Code::invalid_argument,
                 "invalid number format: plain decimal digits are needed, without spaces or leading zeros"};
  const auto value = parse_number(text);
  if (!value || *value > most)
    return Error{Code::invalid_argument, "number exceeds maximum allowed value of " + std::to_string(most)};
  return *value;
}

/// From the path or, where that names none, from ?number=.
Result<Number> asked_number(const Call& call) {
  std::optional<std::string> text;
  const bool in_path = call.parameter.data() != nullptr;
  if (!in_path) text = call.target.query("number");
  if (!in_path && !text) return Error{Code::invalid_argument, "number is missing: ask with ?number="};
  const auto value = check(in_path ? call.parameter : std::string_view(*text), call.settings.factorial_max);
  if (!value) return value.error();
  return Number{*value, true};
}

Result<Number> submitted_number(const Call& call) {
  const auto object = json_object(call.request, call.settings.limits);
  if (!object) return object.error();
  const auto* member = object->if_contains("number");
  if (!member || member->is_null())
    return Error{Code::invalid_argument, R"(number is missing: send {"number": 10} or {"number": "10"})"};
  const auto number = json_number(*member);
  if (!number)
    return Error{Code::invalid_argument, "invalid number format: number must be a string of digits or an integer"};
  const auto value = check(number->text, call.settings.factorial_max);
  if (!value) return value.error();
  return Number{*value, number->as_string};
}

/// These routes know fewer states than rows have.
std::string_view shown(core::State state) {
  if (state == core::State::queued) return core::name(core::State::calculating);
  if (state == core::State::cancelled) return core::name(core::State::failed);
  return core::name(state);
}

Response submitted(const Number& number, bool done) {
  const int code = done ? 200 : 202;
  const std::string_view message = done ? "done" : "submitted";
  std::string data = R"({"number":)" + number.json() + R"(,"message":")";
  data.append(message).append(R"("})");
  return Response::json(code, envelope(code, "ok", message, data));
}

Response calculating() {
  Response response = Response::json(202, envelope(202, "fail", "calculating", "{}"));
  response.field("Retry-After", "1");
  return response;
}

Response absent(std::string_view message) { return Response::json(404, envelope(404, "fail", message, "{}")); }

/// The envelope around a result, without the digits.
Response around_result(const Number& number) {
  Response response;
  response.prefix = R"({"code":200,"status":"ok","message":"done","data":{"number":")" + std::to_string(number.value) +
                    R"(","factorial_result":")";
  response.suffix = R"("}})";
  return response;
}

Response unfinished(const Call& call, const core::Job& job) {
  if (!core::finished(job.state)) return calculating();
  if (job.state == core::State::cancelled) return call.refuse({Code::job_cancelled, "calculation failed: cancelled"});
  return call.refuse({Code::job_failed, "calculation failed: " + (job.error ? job.error->message() : "")});
}

Response look_up(const Call& call, const Number& number) {
  const auto job = call.service.find(number.identity());
  if (!job) return call.refuse(job.error());
  if (!*job) return absent("not_found");
  if ((*job)->state != core::State::done) return unfinished(call, **job);
  Response response = around_result(number);
  const auto added = add_digits(response, call.service, **job, call.settings.inline_bytes);
  if (!added && added.error().code == Code::not_finished) return calculating();  // its digits were evicted
  if (!added) return call.refuse(added.error());
  return response;
}

std::string quoted_or_null(const std::optional<std::string>& text) {
  return text ? "\"" + json_escape(*text) + "\"" : "null";
}

/// The members of a row that its metadata shows, without the closing brace.
std::string metadata(const Call& call, const Number& number, const core::Job& job) {
  const bool done = job.state == core::State::done;
  std::optional<std::string> checksum, url;
  if (done) checksum = hex(job.stored->sha256);
  if (done) url = "/api/v1/jobs/" + job.identity.text() + "/digits";
  std::string data = R"({"id":)" + std::to_string(job.number) + R"(,"number":)" + std::to_string(number.value);
  data += R"(,"s3_key":")" + core::names(job.identity).blob_key + R"(","checksum":)" + quoted_or_null(checksum);
  data.append(R"(,"status":")").append(shown(job.state)).append(R"(","bucket":")");
  data += json_escape(call.settings.bucket) + R"(","size":)" + (done ? std::to_string(job.stored->bytes) : "null");
  data += R"(,"created_at":")" + rfc3339(job.created_at) + R"(","updated_at":")" + rfc3339(job.updated_at);
  return data + R"(","download_url":)" + quoted_or_null(url);
}

Response look_up_metadata(const Call& call, const Number& number, bool with_result) {
  const auto found = call.service.find(number.identity());
  if (!found) return call.refuse(found.error());
  if (!*found) return absent("need_submit_calculation");
  const core::Job& job = **found;
  Response response;
  response.prefix = R"({"code":200,"status":"ok","message":"done","data":)" + metadata(call, number, job);
  response.suffix = "}}";
  if (!with_result || job.state != core::State::done) return response;
  response.prefix += R"(,"factorial_result":")";
  response.suffix = R"("}})";
  if (const auto added = add_digits(response, call.service, job, call.settings.inline_bytes); !added)
    return call.refuse(added.error());
  return response;
}

Response submit(const Call& call, const Number& number) {
  const auto request = core::make_request(number.identity(), call.service.budgets());
  if (!request) return call.refuse(request.error());
  const auto submission = call.service.submit(*request, call.trace);
  if (!submission) return call.refuse(submission.error());
  return submitted(number, submission->job.state == core::State::done);
}

}  // namespace

Answer submit_factorial(const Call& call) {
  const auto number = submitted_number(call);
  if (!number) return call.refuse(number.error());
  if (call.service.cached(number->identity())) return submitted(*number, true);
  return Work{[&call, number = *number] { return submit(call, number); }};
}

Answer get_factorial(const Call& call) {
  const auto number = asked_number(call);
  if (!number) return call.refuse(number.error());
  if (core::CachedText text = call.service.cached(number->identity())) {
    Response response = around_result(*number);
    response.text = std::move(text);
    return response;
  }
  return Work{[&call, number = *number] { return look_up(call, number); }};
}

Answer get_factorial_metadata(const Call& call) {
  const auto number = asked_number(call);
  if (!number) return call.refuse(number.error());
  const bool with_result = call.target.query("include") == "result";
  return Work{[&call, number = *number, with_result] { return look_up_metadata(call, number, with_result); }};
}

}  // namespace decima::http
