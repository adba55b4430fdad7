#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "app/command.hpp"
#include "app/local_run.hpp"
#include "app/output_file.hpp"
#include "app/progress_bar.hpp"
#include "app/services.hpp"
#include "core/adopt.hpp"

namespace decima::app {
namespace {

constexpr Option options[] = {
    {"file", "FILE", "The file that holds the digits; - reads standard input.", true},
    {"threads", "T", "Threads to check on; default is the setting worker_threads."},
};

/// Where the digits come from. They may end as lines do; what else is no digit is refused with its place, and so is
/// more than the answer has, before much of it is read.
class Source {
 public:
  Source(const std::string& path, std::uint64_t digits)
      : name_(path == "-" ? "standard input" : path),
        descriptor_(path == "-" ? STDIN_FILENO : open(path.c_str(), O_RDONLY | O_CLOEXEC)),
        error_(errno),
        digits_(digits) {}
  ~Source() {
    if (descriptor_ > STDIN_FILENO) close(descriptor_);
  }
  Source(const Source&) = delete;
  Source& operator=(const Source&) = delete;

  const std::string& name() const { return name_; }

  /// `see` hears how many digits have come.
  template <class See>
  Result<> give(const core::TakeText& take, const std::stop_token& stop, const See& see) {
    if (descriptor_ < 0) return Error{Code::io_error, name_ + ": " + std::strerror(error_)};
    std::string buffer(core::block_bytes, '\0');
    for (;;) {
      if (stop.stop_requested()) return Error{Code::stopped, ""};
      const ssize_t got = read(descriptor_, buffer.data(), buffer.size());
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return Error{Code::io_error, name_ + ": " + std::strerror(errno)};
      if (got == 0) return Done{};
      const auto piece = digits_of(std::string_view(buffer).substr(0, static_cast<std::size_t>(got)));
      if (!piece) return piece.error();
      if (auto taken = take(*piece); !taken) return taken;
      see(piece->size());
    }
  }

 private:
  /// The piece without a line's end; nothing but that may follow the last digit.
  Result<std::string_view> digits_of(std::string_view piece) {
    std::size_t count = 0;
    if (end_.empty()) count = std::min(piece.find_first_not_of("0123456789"), piece.size());
    end_.append(piece.substr(count, 3));
    given_ += count;
    if (given_ > digits_)
      return Error{Code::wrong_result, name_ + " has more than the answer's " + std::to_string(digits_) + " digits"};
    if (!end_.empty() && end_ != "\n" && end_ != "\r" && end_ != "\r\n")
      return Error{Code::wrong_result, name_ + " holds something other than digits after the first " +
                                           std::to_string(given_) + " (one line's end may follow them)"};
    return piece.substr(0, count);
  }

  std::string name_;
  int descriptor_;
  int error_;  ///< why there is no descriptor
  std::uint64_t digits_;
  std::uint64_t given_ = 0;
  std::string end_;  ///< what came after the digits
};

Result<core::Adopted> adopt_from(Source& source, const LocalJob& job, const Settings& settings, Services& services,
                                 LocalRun& local) {
  core::LiveJobs live;
  const core::Ports ports = services.ports();
  const core::CachePolicy cache = cache_policy(settings);
  const core::Patience patient = patience(settings);
  const core::Bench bench{ports, cache, patient, live, local.arena(), local.executor(), local.progress()};
  engine::Progress read;
  ProgressBar bar(read, "reading", job.request.estimate.digits);
  const auto give = [&](const core::TakeText& take) {
    auto given = source.give(take, local.stop(), [&](std::size_t count) { read.add(count); });
    bar.phase("verifying", 0);
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
  Source source(invocation.option("file"), job->request.estimate.digits);
  const auto adopted = adopt_from(source, *job, *settings, **services, local);
  if (!adopted) return adopted.error();
  const core::Digest& digest = adopted->verified.digest();
  std::printf("%s: %s %llu digits of %s, verified\nSHA-256 %s\n", job->request.identity.text().c_str(),
              adopted->there_already ? "was here already, with the same" : "stored the",
              static_cast<unsigned long long>(digest.bytes), source.name().c_str(), hex(digest.sha256).c_str());
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
