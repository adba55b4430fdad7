#include <unistd.h>

#include <cstdio>
#include <memory>

#include "app/command.hpp"
#include "app/download.hpp"
#include "app/local_run.hpp"
#include "app/output_file.hpp"
#include "app/progress_bar.hpp"
#include "app/remote.hpp"
#include "base/text.hpp"

namespace decima::app {
namespace {

constexpr Option options[] = {
    {"output", "FILE", "Write the digits, and nothing else, to FILE instead of standard output."},
    {"leading", "N", "Only the first N digits."},
    {"trailing", "N", "Only the last N digits."},
    {"from", "N", "Only from this digit on, counted from 0."},
    {"count", "N", "Only so many, from the first or from --from on."},
};

/// Ids are checked by the server, and so are the numbers of the options.
Result<std::string> path_of(const Invocation& invocation) {
  const auto id = job_id(invocation.words);
  if (!id) return id.error();
  std::string path = "/api/v1/jobs/" + percent_encoded(*id) + "/digits";
  char before = '?';
  for (const char* name : {"leading", "trailing", "from", "count"}) {
    if (!invocation.has(name)) continue;
    path.push_back(before);
    path.append(name).append("=" + percent_encoded(invocation.option(name)));
    before = '&';
  }
  return path;
}

Result<Downloaded> get(Remote& remote, const std::string& path, const core::TakeText& take, bool with_bar) {
  engine::Progress progress;
  std::unique_ptr<ProgressBar> bar;
  if (with_bar) bar = std::make_unique<ProgressBar>(progress, "receiving", 0);
  return download(
      remote, path,
      [&](std::string_view piece) {
        progress.add(piece.size());
        return take(piece);
      },
      [&](std::uint64_t bytes) {
        if (bar) bar->phase("receiving", bytes);
      });
}

Result<Downloaded> get_to_file(Remote& remote, const std::string& path, const std::string& name) {
  const auto file = OutputFile::open(name);
  if (!file) return file.error();
  auto got = get(
      remote, path, [&](std::string_view piece) { return (*file)->append(piece); }, true);
  if (!got) return got;
  if (auto committed = (*file)->commit(); !committed) return committed.error();
  return got;
}

Result<Downloaded> get_to_output(Remote& remote, const std::string& path) {
  const auto take = [](std::string_view piece) { return write_all(STDOUT_FILENO, piece, "standard output"); };
  auto got = get(remote, path, take, !isatty(STDOUT_FILENO));
  if (got)
    if (auto ended = take("\n"); !ended) return ended.error();
  return got;
}

Result<int> run(const Invocation& invocation) {
  const auto settings = settings_of(invocation);
  if (!settings) return settings.error();
  const auto path = path_of(invocation);
  if (!path) return path.error();
  std::stop_source stop;
  stop_on_signal(stop);
  auto remote = Remote::of(*settings, stop.get_token());
  if (!remote) return remote.error();
  const auto got = invocation.has("output") ? get_to_file(*remote, *path, invocation.option("output"))
                                            : get_to_output(*remote, *path);
  if (!got) return got.error();
  if (isatty(STDERR_FILENO))
    std::fprintf(stderr, "%s%s%s\n", counted(got->bytes, "digit").c_str(),
                 got->sha256.empty() ? "" : ", with the SHA-256 that the server named: ", got->sha256.c_str());
  return 0;
}

}  // namespace

extern const Command get_command;
const Command get_command = {
    .name = "get",
    .words = "KIND ARG... | ID",
    .summary = "Fetch a finished job's digits from a server.",
    .details =
        "Examples: decima get factorial 1000000 --output digits.txt; decima get factorial-1000 --leading 10. What "
        "comes "
        "is compared with the server's SHA-256; when the connection breaks off, it goes on where it was.",
    .least_words = 1,
    .most_words = 16,
    .options = options,
    .settings = "Asking|Watching",
    .run = run,
};

}  // namespace decima::app
