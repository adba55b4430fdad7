#include "app/remote.hpp"

#include <unistd.h>

#include <algorithm>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <condition_variable>
#include <fstream>
#include <mutex>

#include "app/event_reader.hpp"
#include "base/text.hpp"
#include "core/request.hpp"
#include "kinds/registry.hpp"

namespace decima::app {
namespace {

namespace json = boost::json;

constexpr std::string_view none = "none";  ///< a setting's value where there is none
constexpr std::string_view jobs_path = "/api/v1/jobs";

/// The first event tells how the job stands and follows the answer's header at once. Where it does not come for this
/// long, something between here and the server gathers what it passes on.
constexpr Duration first_event_within{5'000};

std::string path_of(const std::string& id) { return std::string(jobs_path) + "/" + percent_encoded(id); }

/// The member as text, or empty where it is another thing or absent.
std::string text_of(const json::object& object, std::string_view name) {
  const json::value* member = object.if_contains(json::string_view(name.data(), name.size()));
  return member && member->is_string() ? std::string(member->as_string()) : std::string();
}

std::optional<double> number_of(const json::object& object, std::string_view name) {
  const json::value* member = object.if_contains(json::string_view(name.data(), name.size()));
  if (!member || !member->is_number()) return std::nullopt;
  return member->to_number<double>();
}

/// Large ones are strings in these answers.
std::uint64_t count_of(const json::object& object, std::string_view name) {
  if (const auto number = parse_number(text_of(object, name))) return *number;
  return static_cast<std::uint64_t>(number_of(object, name).value_or(0));
}

std::optional<json::object> object_of(const std::string& body) {
  json::error_code error;
  json::value value = json::parse(body, error);
  if (error || !value.is_object()) return std::nullopt;
  return std::move(value.as_object());
}

/// A server's "stopped" is its own work that stopped; here that word means this program.
Code code_of(std::string_view name, int status) {
  const auto code = code_named(name);
  if (code && *code != Code::stopped) return *code;
  for (const Code candidate : {Code::invalid_request, Code::unauthorized, Code::forbidden, Code::not_found,
                               Code::method_not_allowed, Code::body_too_large, Code::too_many_requests})
    if (facts(candidate).http_status == status) return candidate;
  return status >= 500 ? Code::unavailable : Code::internal;
}

/// What an answer that is none of 2xx says: a problem by RFC 9457, or at least a status.
Error refusal(const std::string& server, const HttpReply& reply) {
  const auto problem = object_of(reply.body);
  const std::string type = problem ? text_of(*problem, "type") : std::string();
  const Code code = code_of(type.substr(type.rfind(':') + 1), reply.status);
  if (!type.empty()) return {code, text_of(*problem, "detail")};
  return {code, server + " answered " + std::to_string(reply.status)};
}

Error no_decima(const std::string& server) {
  return {Code::unavailable, server + " does not answer as a Decima server does"};
}

std::optional<RemoteJob> read_job(const json::value& value) {
  if (!value.is_object()) return std::nullopt;
  const json::object& object = value.as_object();
  RemoteJob job;
  job.id = text_of(object, "id");
  job.state = text_of(object, "state");
  job.phase = text_of(object, "phase");
  job.progress = number_of(object, "progress");
  job.eta_seconds = number_of(object, "eta_seconds");
  job.digits = count_of(object, "digits");
  job.sha256 = text_of(object, "sha256");
  job.created_at = text_of(object, "created_at");
  job.json = json::serialize(object);
  if (const json::value* error = object.if_contains("error"); error && error->is_object())
    job.error = Error{Code::job_failed, text_of(error->as_object(), "detail")};
  if (job.id.empty() || job.state.empty()) return std::nullopt;
  return job;
}

/// What is checked here is checked before anything is sent. A kind that only the server knows goes there as it is.
Result<std::optional<core::Request>> known_request(const std::vector<std::string>& words) {
  if (!kinds::find(words.front())) return std::optional<core::Request>();
  const std::vector<std::string_view> arguments(words.begin() + 1, words.end());
  auto request = core::make_request(words.front(), arguments, core::Budgets::unbounded());
  if (!request) return request.error();
  return std::optional(std::move(*request));
}

Result<std::string> secret(const Settings& settings) {
  if (settings.text("key_file") == none) return settings.text("api_key") == none ? "" : settings.text("api_key");
  std::ifstream file(settings.text("key_file"));
  std::string key;
  if (!(file >> key)) return Error{Code::bad_setting, settings.text("key_file") + " holds no key"};
  return key;
}

}  // namespace

std::string RemoteJob::sentence() const {
  std::string text = id + ": " + state;
  char number[64];
  if (state == "done") text += ", " + counted(digits, "digit") + "\nSHA-256 " + sha256;
  if (error) text += ": " + error->detail;
  if (!phase.empty() && phase != computing) return text + ", " + phase;
  if (!finished() && progress) {
    std::snprintf(number, sizeof number, ", %d %%", static_cast<int>(*progress * 100));
    text += number;
  }
  if (!finished() && eta_seconds) {
    std::snprintf(number, sizeof number, ", %.0f s to go", *eta_seconds);
    text += number;
  }
  return text;
}

bool may_pass(const Error& error) {
  return error.code == Code::unavailable || error.code == Code::busy || error.code == Code::too_many_requests;
}

Duration rest_after(int tries) { return Duration(std::min(200LL << std::min(tries, 5), 5'000LL)); }

Result<Remote> Remote::of(const Settings& settings, const std::stop_token& stop) {
  if (auto good = HttpClient::check_url(settings.text("server")); !good) return good.error();
  auto key = secret(settings);
  if (!key) return key.error();
  const std::string authorities = settings.text("server_ca") == "system" ? "" : settings.text("server_ca");
  return Remote(HttpClient({settings.text("server"), std::move(*key), authorities}, stop), stop);
}

Result<HttpReply> Remote::ask(const HttpRequest& request, const TakeBody& take) {
  auto reply = client_.ask(request, take);
  if (reply && reply->status / 100 != 2) return refusal(client_.url(), *reply);
  return reply;
}

Result<RemoteJob> Remote::job(const HttpRequest& request) {
  const auto reply = ask(request);
  if (!reply) return reply.error();
  const auto object = object_of(reply->body);
  auto job = object ? read_job(*object) : std::nullopt;
  if (!job) return no_decima(client_.url());
  return std::move(*job);
}

Result<RemoteJob> Remote::submit(const std::vector<std::string>& words) {
  const auto request = known_request(words);
  if (!request) return request.error();
  json::object arguments;
  if (*request)
    for (std::size_t i = 0; i + 1 < words.size(); i++)
      arguments[std::string((*request)->kind->parameters[i].name)] = words[i + 1];
  return job({"POST", std::string(jobs_path),
              json::serialize(json::object{{"kind", words.front()}, {"arguments", std::move(arguments)}})});
}

Result<RemoteJob> Remote::find(const std::string& id, Duration wait) {
  HttpRequest request{"GET", path_of(id)};
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(wait).count();
  if (seconds > 0) request.fields.push_back("Prefer: wait=" + std::to_string(seconds));
  return job(request);
}

Result<RemoteJob> Remote::cancel(const std::string& id) { return job({"DELETE", path_of(id)}); }

Result<RemoteJobs> Remote::list(const std::string& query) {
  const auto reply = ask({"GET", std::string(jobs_path) + query});
  if (!reply) return reply.error();
  const auto object = object_of(reply->body);
  const json::value* items = object ? object->if_contains("items") : nullptr;
  if (!items || !items->is_array()) return no_decima(client_.url());
  RemoteJobs page;
  page.next = text_of(*object, "next_cursor");
  for (const json::value& item : items->as_array()) {
    auto job = read_job(item);
    if (!job) return no_decima(client_.url());
    page.items.push_back(std::move(*job));
  }
  return page;
}

/// Until its events end or break off; `heard`, whether there was any.
Result<> Remote::follow(RemoteJob& job, bool& heard, const See& see) {
  EventReader events;
  const HttpRequest request{"GET", path_of(job.id) + "/events", {}, {"Accept: text/event-stream"}, first_event_within};
  const auto reply = ask(request, [&](const HttpReply& head, std::string_view piece) -> Result<> {
    if (!head.field("content-type").starts_with("text/event-stream"))
      return Error{Code::not_found, client_.url() + " has no events"};
    const bool understood = events.feed(piece, [&](const std::string& data) {
      const auto object = object_of(data);
      auto told = object ? read_job(*object) : std::nullopt;
      if (!told || told->id != job.id) return;
      job = std::move(*told);
      heard = true;
      see(job);
    });
    return understood ? Result<>(Done{}) : no_decima(client_.url());
  });
  return reply ? Result<>(Done{}) : reply.error();
}

Result<> Remote::poll(RemoteJob& job) {
  auto found = find(job.id, isatty(STDERR_FILENO) ? std::chrono::seconds(1) : std::chrono::seconds(20));
  if (!found) return found.error();
  job = std::move(*found);
  return Done{};
}

Result<RemoteJob> Remote::wait(RemoteJob job, const See& see) {
  bool has_events = true, by_events = true;
  for (int tries = 0; !job.finished();) {
    see(job);
    const Stopwatch watch;
    bool heard = false;
    const Result<> asked = by_events ? follow(job, heard, see) : poll(job);
    const bool refused = !asked && !may_pass(asked.error());
    if (refused && (!by_events || asked.error().code == Code::stopped)) return asked.error();
    has_events = has_events && !refused;
    tries = heard || refused || (asked && !by_events) ? 0 : tries + 1;
    if (tries > most_tries) return asked ? no_decima(client_.url()) : asked.error();
    const Duration taken(static_cast<std::int64_t>(watch.seconds() * 1000)), rest = rest_after(tries);
    // A connection that broke off is tried again. What keeps events back goes on doing so.
    has_events = has_events && (!by_events || heard || taken < first_event_within);
    by_events = has_events;
    // A server need not wait as long as it was asked to, nor keep a connection.
    if (!job.finished() && !refused && taken < rest) pause(rest - taken);
  }
  return job;
}

void Remote::pause(Duration time) const {
  std::mutex mutex;
  std::unique_lock lock(mutex);
  std::condition_variable_any never;
  never.wait_for(lock, stop_, time, [] { return false; });
}

Result<std::string> job_id(const std::vector<std::string>& words) {
  if (words.size() == 1 && words.front().find('-') != std::string::npos) return words.front();
  const auto request = known_request(words);
  if (!request) return request.error();
  if (*request) return (*request)->identity.text();
  std::string id = words.front();
  for (std::size_t i = 1; i < words.size(); i++) id += "-" + words[i];
  return id;
}

}  // namespace decima::app
