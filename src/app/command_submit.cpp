#include <algorithm>
#include <cstdio>
#include <stop_token>

#include "app/command.hpp"
#include "app/local_run.hpp"
#include "app/progress_bar.hpp"
#include "app/remote.hpp"

namespace decima::app {
namespace {

constexpr Option options[] = {
    {"wait", "", "Wait until it is finished."},
    {"json", "", "Print the job as JSON."},
};

constexpr std::uint64_t parts = 1000;  ///< that the bar counts in

/// Shows on a terminal how far the job is.
Result<RemoteJob> watch(Remote& remote, RemoteJob job) {
  engine::Progress progress;
  std::string phase = job.state;
  ProgressBar bar(progress, phase, 0);
  return remote.wait(std::move(job), [&](const RemoteJob& now) {
    const std::string& what = now.phase.empty() ? now.state : now.phase;
    const std::uint64_t total = now.phase == RemoteJob::computing && now.progress ? parts : 0;
    if (what != phase || (total > 0 && progress.done() == 0)) bar.phase(phase = what, total);
    const auto done = static_cast<std::uint64_t>(now.progress.value_or(0) * parts);
    progress.add(std::max(done, progress.done()) - progress.done());
  });
}

Result<int> run(const Invocation& invocation) {
  const auto settings = settings_of(invocation);
  if (!settings) return settings.error();
  std::stop_source stop;
  stop_on_signal(stop);
  auto remote = Remote::of(*settings, stop.get_token());
  if (!remote) return remote.error();
  auto job = remote->submit(invocation.words);
  if (job && invocation.has("wait")) job = watch(*remote, std::move(*job));
  if (!job) return job.error();
  std::printf("%s\n", invocation.has("json") ? job->json.c_str() : job->sentence().c_str());
  if (job->state == "failed") return facts(Code::job_failed).exit_status;
  return job->state == "cancelled" ? facts(Code::job_cancelled).exit_status : 0;
}

}  // namespace

extern const Command submit_command;
const Command submit_command = {
    .name = "submit",
    .words = "KIND ARG...",
    .summary = "Ask a server for a number.",
    .details =
        "Example: decima submit factorial 1000000 --wait. Asking again is harmless. Ends with 1 when the job failed or "
        "was cancelled; `decima get` fetches the digits.",
    .least_words = 1,
    .most_words = 16,
    .options = options,
    .settings = "Asking|Watching",
    .run = run,
};

}  // namespace decima::app
