#pragma once
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "app/http_client.hpp"
#include "app/settings.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"

namespace decima::app {

/// A job as a server shows it.
struct RemoteJob {
  std::string id, state;
  std::string phase;  ///< what is being done about it; empty when nothing is
  std::optional<double> progress, eta_seconds;
  std::uint64_t digits = 0;
  std::string sha256;
  std::optional<Error> error;  ///< why it failed
  std::string created_at;
  std::string json;  ///< all of it

  static constexpr std::string_view computing = "computing";  ///< the phase whose progress is told

  bool finished() const { return state == "done" || state == "failed" || state == "cancelled"; }
  /// How it stands, for people: "factorial-1000: done, 2568 digits".
  std::string sentence() const;
};

/// A page of the list of jobs; `next` is the cursor of the next one, or empty.
struct RemoteJobs {
  std::vector<RemoteJob> items;
  std::string next;
};

/// A Decima server, as its clients know it. What it refuses is an Error with its own code and detail.
class Remote {
 public:
  /// By the settings of the group Asking.
  static Result<Remote> of(const Settings& settings, const std::stop_token& stop);

  Result<RemoteJob> submit(const std::vector<std::string>& words);
  /// Answers when the job is finished, or after `wait`.
  Result<RemoteJob> find(const std::string& id, Duration wait = Duration(0));
  Result<RemoteJob> cancel(const std::string& id);
  Result<RemoteJobs> list(const std::string& query);

  using See = std::function<void(const RemoteJob&)>;
  /// Waits until it is finished, however long; servers that go away for a while are asked again. It listens to the
  /// job's events; where there are none to be had, it asks for the job now and then. `see` is told how the job stands.
  Result<RemoteJob> wait(RemoteJob job, const See& see);

  /// Any request; an answer that is none of 2xx becomes its Error.
  Result<HttpReply> ask(const HttpRequest& request, const TakeBody& take = {});

  /// Rests, but not beyond a request to stop.
  void pause(Duration time) const;

 private:
  Remote(HttpClient client, std::stop_token stop) : client_(std::move(client)), stop_(std::move(stop)) {}
  Result<RemoteJob> job(const HttpRequest& request);
  Result<> follow(RemoteJob& job, bool& heard, const See& see);
  Result<> poll(RemoteJob& job);

  HttpClient client_;
  std::stop_token stop_;
};

/// Whether to ask once more after a while may help.
bool may_pass(const Error& error);
/// How long to rest before the try after this many.
Duration rest_after(int tries);
inline constexpr int most_tries = 8;

/// KIND ARG... or an ID, as commands take them, as the job's name.
Result<std::string> job_id(const std::vector<std::string>& words);

}  // namespace decima::app
