#include <algorithm>
#include <cstdio>
#include <vector>

#include "app/command.hpp"
#include "app/local_run.hpp"
#include "base/clock.hpp"
#include "base/text.hpp"
#include "engine/decimal.hpp"
#include "engine/kernels.hpp"

namespace decima::app {
namespace {

constexpr Option options[] = {
    {"threads", "T", "Threads to compute on; default is the setting worker_threads."},
    {"reps", "R", "Warm repetitions, of which the median counts; default 5."},
    {"json", "", "Print one JSON object instead of words."},
};

constexpr std::uint64_t default_reps = 5;

/// Takes the digits and drops them: the text is made, its storing is not measured.
class Nowhere final : public engine::TextSink {
 public:
  bool write(std::string_view) override { return true; }
};

struct Figures {
  double seconds_cold = 0;  ///< the first run, in fresh memory
  std::vector<double> seconds_warm;
  std::uint64_t peak_bytes = 0;

  double median() const {
    std::vector<double> sorted = seconds_warm;
    std::sort(sorted.begin(), sorted.end());
    const std::size_t half = sorted.size() / 2;
    return sorted.size() % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
  }
};

/// Number and text, start to end.
Result<double> run_once(const core::Request& request, LocalRun& local) {
  engine::Context context = local.context();
  const Stopwatch watch;
  const auto number = request.kind->compute(request.arguments, context);
  Nowhere nowhere;
  const engine::Status status = number ? engine::write_text(*number, context, nowhere) : number.status();
  if (status == engine::Status::stopped) return Error{Code::stopped, ""};
  if (status == engine::Status::out_of_memory) return Error{Code::out_of_memory, request.identity.text()};
  return watch.seconds();
}

Result<Figures> measure(const core::Request& request, std::uint64_t reps, LocalRun& local) {
  Figures figures;
  const auto cold = run_once(request, local);
  if (!cold) return cold.error();
  figures.seconds_cold = *cold;
  for (std::uint64_t i = 0; i < reps; i++) {
    const auto warm = run_once(request, local);
    if (!warm) return warm.error();
    figures.seconds_warm.push_back(*warm);
  }
  figures.peak_bytes = local.arena().peak();
  return figures;
}

void print(const core::Request& request, const Figures& figures, unsigned threads, bool json) {
  const std::string& job = request.identity.text();
  const std::string kernel(engine::kernel_in_use().name);
  if (json)
    std::printf(
        "{\"job\":\"%s\",\"seconds_median\":%.6g,\"seconds_cold\":%.6g,\"peak_bytes\":%llu,\"kernel\":\"%s\","
        "\"threads\":%u,\"digits\":%llu}\n",
        job.c_str(), figures.median(), figures.seconds_cold, static_cast<unsigned long long>(figures.peak_bytes),
        kernel.c_str(), threads, static_cast<unsigned long long>(request.estimate.digits));
  else
    std::printf("%s: median %.4g s, cold %.4g s, peak %s, kernel %s, %s, %s\n", job.c_str(), figures.median(),
                figures.seconds_cold, counted(figures.peak_bytes, "byte").c_str(), kernel.c_str(),
                counted(threads, "thread").c_str(), counted(request.estimate.digits, "digit").c_str());
}

Result<int> run(const Invocation& invocation) {
  const auto job = local_job(invocation, Purpose::compute);
  if (!job) return job.error();
  const auto reps = invocation.has("reps") ? parse_number(invocation.option("reps")) : default_reps;
  if (!reps || *reps < 1 || *reps > 1'000'000)
    return Error{Code::invalid_argument, "--reps takes a number from 1 to 1000000"};
  LocalRun local(job->limits.arena_bytes, job->limits.threads);
  const auto figures = measure(job->request, *reps, local);
  if (!figures) return figures.error();
  print(job->request, *figures, job->limits.threads, invocation.has("json"));
  return 0;
}

}  // namespace

extern const Command bench_command;
const Command bench_command = {
    .name = "bench",
    .words = "KIND ARG...",
    .summary = "Measure how long a number and its text take, warm and cold.",
    .details =
        "In one process: a first, cold run, then the repetitions in memory that is already touched. The check by "
        "the second method is not part of it.",
    .least_words = 1,
    .most_words = 16,
    .options = options,
    .settings = "Requests|Working|Watching",
    .run = run,
};

}  // namespace decima::app
