#include <cstdio>
#include <functional>

#include "app/command.hpp"
#include "app/digit_file.hpp"
#include "app/local_run.hpp"
#include "app/services.hpp"
#include "base/text.hpp"
#include "core/adopt.hpp"

namespace decima::app {
namespace {

constexpr Option options[] = {
    {"file", "FILE", "The file that holds the digits; - reads standard input.", true},
    {"threads", "T", "Threads to check on; default is the setting worker_threads."},
};

Result<core::Adopted> adopt_from(DigitFile& file, const LocalJob& job, const Settings& settings, Services& services,
                                 LocalRun& local) {
  core::LiveJobs live;
  const core::Ports ports = services.ports();
  const core::CachePolicy cache = cache_policy(settings);
  const core::Patience patient = patience(settings);
  const core::Bench bench{ports, cache, patient, live, local.arena(), local.executor(), local.progress()};
  ShownReader reader(file, job.request.estimate.digits);
  const auto give = [&](core::TextPass& pass) {
    auto given = pass.read(std::ref(reader), local.stop());
    reader.phase("verifying");
    return given;
  };
  return core::adopt(job.request, give, bench, local.stop_source());
}

Result<int> run(const Invocation& invocation) {
  const auto job = local_job(invocation, Purpose::store);
  if (!job) return job.error();
  const auto settings = settings_of(invocation);
  if (!settings) return settings.error();
  LocalRun local(job->limits.arena_bytes, job->limits.threads);
  auto services = make_embedded_services(*settings);
  if (!services) return services.error();
  auto file = DigitFile::open(invocation.option("file"), job->request.estimate.digits);
  if (!file) return file.error();
  const auto adopted = adopt_from(*file, *job, *settings, **services, local);
  if (!adopted) return adopted.error();
  const core::Digest& digest = adopted->verified.digest();
  std::printf("%s: %s %s of %s, verified\nSHA-256 %s\n", job->request.identity.text().c_str(),
              adopted->there_already ? "was here already, with the same" : "stored the",
              counted(digest.bytes, "digit").c_str(), file->name().c_str(), hex(digest.sha256).c_str());
  return 0;
}

}  // namespace

extern const Command import_command;
const Command import_command = {
    .name = "import",
    .words = "KIND ARG...",
    .summary = "Check that a file holds the digits of a number, and store them as its result.",
    .details =
        "Example: decima import factorial 1000 --file digits.txt. For digits that were computed elsewhere: they are "
        "checked as computed ones are, and wrong ones leave nothing behind. Works on the data folder itself, so no "
        "server may be using it.",
    .least_words = 1,
    .most_words = 16,
    .options = options,
    .settings = "Requests|Storage|Working|Watching",
    .run = run,
};

}  // namespace decima::app
