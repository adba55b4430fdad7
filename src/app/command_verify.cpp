#include <cstdio>
#include <functional>

#include "app/command.hpp"
#include "app/digit_file.hpp"
#include "app/local_run.hpp"
#include "base/text.hpp"
#include "core/verify.hpp"

namespace decima::app {
namespace {

constexpr Option options[] = {
    {"file", "FILE", "The file that holds the digits; - reads standard input.", true},
    {"threads", "T", "Threads to check on; default is the setting worker_threads."},
};

/// Its bar is gone from the terminal when this returns.
Result<core::Checked> check(const LocalJob& job, DigitFile& file, LocalRun& local) {
  ShownReader reader(file, job.request.estimate.digits);
  engine::Context context = local.context();
  return core::check_once(job.request, std::ref(reader), context);
}

Result<int> run(const Invocation& invocation) {
  const auto job = local_job(invocation, Purpose::check);
  if (!job) return job.error();
  LocalRun local(job->limits.arena_bytes, job->limits.threads);
  auto file = DigitFile::open(invocation.option("file"), job->request.estimate.digits);
  if (!file) return file.error();
  const auto checked = check(*job, *file, local);
  if (!checked) return checked.error();
  std::printf("%s: %s holds its %s\nSHA-256 %s\nchecked modulo %s\n", job->request.identity.text().c_str(),
              file->name().c_str(), counted(checked->digest.bytes, "digit").c_str(),
              hex(checked->digest.sha256).c_str(), checked->certificate.text().c_str());
  return 0;
}

}  // namespace

extern const Command verify_command;
const Command verify_command = {
    .name = "verify",
    .words = "KIND ARG...",
    .summary = "Check that a file holds the digits of a number.",
    .details =
        "Example: decima verify factorial 1000 --file digits.txt. Checks the length, the alphabet, the trailing "
        "zeros and the value modulo two primes drawn at random. One line's end may follow the digits; the SHA-256 is "
        "that of the digits.",
    .least_words = 1,
    .most_words = 16,
    .options = options,
    .settings = "Requests|Working|Watching",
    .run = run,
};

}  // namespace decima::app
