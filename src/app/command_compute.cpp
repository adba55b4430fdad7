#include <unistd.h>

#include <cstdio>

#include "app/command.hpp"
#include "app/local_run.hpp"
#include "app/output_file.hpp"
#include "app/progress_bar.hpp"
#include "base/clock.hpp"
#include "base/text.hpp"
#include "core/compute.hpp"
#include "core/verify.hpp"

namespace decima::app {
namespace {

constexpr Option options[] = {
    {"output", "FILE", "Write the digits, and nothing else, to FILE instead of standard output."},
    {"threads", "T", "Threads to compute on; default is the setting worker_threads."},
    {"unverified", "", "Do not check the result by the second method."},
};

struct Work {
  const core::Request& request;
  LocalRun& run;
  engine::Context context;
  ProgressBar& bar;
  bool verified;
};

Result<> check(const Work& work, const core::Digest& digest, const core::GiveText& text) {
  if (!work.verified) return Done{};
  work.bar.phase("verifying", 0);
  engine::Context context = work.context;
  const auto verified = core::verify(work.request, digest, text, context);
  if (!verified) return verified.error();
  return Done{};
}

/// Hashed as a whole only; blocks are for the service, which serves them one by one.
Result<core::Digest> emit(Work& work, const engine::Decimal& number, core::TakeText take) {
  return core::emit(number, work.context, std::move(take), {});
}

/// Into a file that can be read back: written, checked as it lies there, then given its name.
Result<core::Digest> write_staged(Work& work, const engine::Decimal& number, OutputFile& file) {
  work.bar.phase("writing", 0);
  auto digest = emit(work, number, [&](std::string_view piece) { return file.append(piece); });
  if (!digest) return digest;
  const auto stored = core::replay([&](std::uint64_t offset, std::span<char> into) { return file.read(offset, into); },
                                   work.run.stop());
  if (auto checked = check(work, *digest, stored); !checked) return checked.error();
  if (auto committed = file.commit(); !committed) return committed.error();
  return digest;
}

/// To where nothing can be read back: checked first, then written.
Result<core::Digest> write_directly(Work& work, const engine::Decimal& number, const core::TakeText& take) {
  auto digest = emit(work, number, {});
  if (!digest) return digest;
  const auto again = [&](core::TextPass& pass) { return core::emit(number, work.context, pass); };
  if (auto checked = check(work, *digest, again); !checked) return checked.error();
  work.bar.end();
  return emit(work, number, take);
}

Result<core::Digest> compute_to(Work& work, const std::string& path) {
  std::unique_ptr<OutputFile> file;
  if (!path.empty()) {
    auto opened = OutputFile::open(path);
    if (!opened) return opened.error();
    file = std::move(*opened);
  }
  const auto number = core::compute(work.request, work.context);
  if (!number) return number.error();
  if (file && file->staged()) return write_staged(work, *number, *file);
  if (file) return write_directly(work, *number, [&](std::string_view piece) { return file->append(piece); });
  auto digest = write_directly(
      work, *number, [](std::string_view piece) { return write_all(STDOUT_FILENO, piece, "standard output"); });
  if (digest)
    if (auto ended = write_all(STDOUT_FILENO, "\n", "standard output"); !ended) return ended.error();
  return digest;
}

void summarise(const core::Request& request, const core::Digest& digest, bool verified, double seconds) {
  if (!isatty(STDERR_FILENO)) return;
  std::fprintf(stderr, "%s: %s in %.3g s, %s\nSHA-256 %s\n", request.identity.text().c_str(),
               counted(digest.bytes, "digit").c_str(), seconds,
               verified ? "verified by a second method" : "not verified", hex(digest.sha256).c_str());
}

Result<int> run(const Invocation& invocation) {
  const auto job = local_job(invocation, Purpose::compute);
  if (!job) return job.error();
  LocalRun local(job->limits.arena_bytes, job->limits.threads);
  const Stopwatch watch;
  const bool verified = !invocation.has("unverified");
  Result<core::Digest> digest = Error{Code::internal, ""};
  {
    ProgressBar bar(local.progress(), "computing", job->request.estimate.work);
    Work work{job->request, local, local.context(), bar, verified};
    digest = compute_to(work, invocation.option("output"));
  }
  if (!digest) return digest.error();
  summarise(job->request, *digest, verified, watch.seconds());
  return 0;
}

}  // namespace

extern const Command compute_command;
const Command compute_command = {
    .name = "compute",
    .words = "KIND ARG...",
    .summary = "Compute a number here and print its digits.",
    .details =
        "Example: decima compute factorial 1000. The result is checked before it is shown; `decima kinds` lists "
        "what can be computed.",
    .least_words = 1,
    .most_words = 16,
    .options = options,
    .settings = "Requests|Working|Watching",
    .run = run,
};

}  // namespace decima::app
