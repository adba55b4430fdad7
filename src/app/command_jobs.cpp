#include <algorithm>
#include <cstdio>

#include "app/command.hpp"
#include "app/local_run.hpp"
#include "app/remote.hpp"
#include "base/text.hpp"

namespace decima::app {
namespace {

constexpr Option options[] = {
    {"kind", "KIND", "Only jobs of this kind."},
    {"state", "STATE", "Only jobs in this state: queued, calculating, uploading, done, failed or cancelled."},
    {"limit", "N", "At most so many, the newest first; default is 50."},
    {"cancel", "", "Give the named job up."},
    {"json", "", "Print each job as JSON, one a line."},
};

constexpr std::uint64_t usual_limit = 50, longest_page = 1000;

Result<std::uint64_t> limit_of(const Invocation& invocation) {
  if (!invocation.has("limit")) return usual_limit;
  const auto limit = parse_number(invocation.option("limit"));
  if (!limit || *limit == 0)
    return Error{Code::invalid_argument, "--limit takes a number from 1, not \"" + invocation.option("limit") + "\""};
  return *limit;
}

void show(const RemoteJob& job, bool as_json) {
  if (as_json) {
    std::printf("%s\n", job.json.c_str());
    return;
  }
  const std::string digits = job.state == "done" ? std::to_string(job.digits) : "";
  std::printf("%-12s %14s  %s  %s\n", job.state.c_str(), digits.c_str(), job.created_at.c_str(), job.id.c_str());
}

Result<int> list(Remote& remote, const Invocation& invocation) {
  auto left = limit_of(invocation);
  if (!left) return left.error();
  std::string filter;
  for (const char* name : {"kind", "state"})
    if (invocation.has(name)) filter.append("&").append(name).append("=" + percent_encoded(invocation.option(name)));
  std::string cursor;
  do {
    const std::uint64_t page = std::min(*left, longest_page);
    const auto jobs = remote.list("?limit=" + std::to_string(page) + filter + cursor);
    if (!jobs) return jobs.error();
    for (const RemoteJob& job : jobs->items) show(job, invocation.has("json"));
    *left -= std::min<std::uint64_t>(*left, jobs->items.size());
    cursor = jobs->next.empty() || jobs->items.empty() ? "" : "&cursor=" + percent_encoded(jobs->next);
  } while (*left > 0 && !cursor.empty());
  return 0;
}

Result<int> show_one(Remote& remote, const Invocation& invocation) {
  const auto id = job_id(invocation.words);
  if (!id) return id.error();
  const auto job = invocation.has("cancel") ? remote.cancel(*id) : remote.find(*id);
  if (!job) return job.error();
  std::printf("%s\n", invocation.has("json") ? job->json.c_str() : job->sentence().c_str());
  return 0;
}

Result<int> run(const Invocation& invocation) {
  const bool one = !invocation.words.empty();
  if (invocation.has("cancel") && !one)
    return Error{Code::invalid_request, "--cancel takes the job that is to be given up: decima jobs factorial-1000"};
  if (one && (invocation.has("kind") || invocation.has("state") || invocation.has("limit")))
    return Error{Code::invalid_request, "--kind, --state and --limit are for the list, not for one job"};
  const auto settings = settings_of(invocation);
  if (!settings) return settings.error();
  std::stop_source stop;
  stop_on_signal(stop);
  auto remote = Remote::of(*settings, stop.get_token());
  if (!remote) return remote.error();
  return one ? show_one(*remote, invocation) : list(*remote, invocation);
}

}  // namespace

extern const Command jobs_command;
const Command jobs_command = {
    .name = "jobs",
    .words = "ID",
    .summary = "List a server's jobs, show how one stands, or give it up.",
    .details = "Examples: decima jobs --state failed; decima jobs factorial-1000; decima jobs factorial-1000 --cancel.",
    .least_words = 0,
    .most_words = 16,
    .options = options,
    .settings = "Asking|Watching",
    .run = run,
};

}  // namespace decima::app
