#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "app/command.hpp"
#include "app/local_run.hpp"
#include "app/output_file.hpp"
#include "app/progress_bar.hpp"
#include "core/verify.hpp"

namespace decima::app {
namespace {

constexpr Option options[] = {
    {"file", "FILE", "The file that holds the digits, and nothing else.", true},
    {"threads", "T", "Threads to check on; default is the setting worker_threads."},
};

Result<core::Verified> verify_file(const core::Request& request, const std::string& path, int descriptor,
                                   LocalRun& local) {
  const auto text = core::replay(
      [&](std::uint64_t offset, std::span<char> into) { return read_some(descriptor, offset, into, path); },
      local.stop());
  const auto digest = core::digest_of(text);
  if (!digest) return digest.error();
  engine::Context context = local.context();
  return core::verify(request, *digest, text, context);
}

Result<int> run(const Invocation& invocation) {
  const auto job = local_job(invocation, Purpose::check);
  if (!job) return job.error();
  const std::string path = invocation.option("file");
  const int descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return Error{Code::io_error, path + ": " + std::strerror(errno)};
  LocalRun local(job->limits.arena_bytes, job->limits.threads);
  const auto verified = verify_file(job->request, path, descriptor, local);
  close(descriptor);
  if (!verified) return verified.error();
  std::printf("%s: %s holds its %llu digits\nSHA-256 %s\nchecked modulo %s\n", job->request.identity.text().c_str(),
              path.c_str(), static_cast<unsigned long long>(verified->digest().bytes),
              hex(verified->digest().sha256).c_str(), verified->certificate().text().c_str());
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
        "zeros and the value modulo two primes drawn from the file's own hash.",
    .least_words = 1,
    .most_words = 16,
    .options = options,
    .settings = "Requests|Working|Watching",
    .run = run,
};

}  // namespace decima::app
