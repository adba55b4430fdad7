#include "estimates.hpp"

#include <algorithm>
#include <cstdio>
#include <limits>
#include <string>
#include <vector>

#include "engine/arena.hpp"
#include "engine/executor.hpp"
#include "kinds/registry.hpp"
#include "timing.hpp"

namespace decima::bench {
namespace {

struct Fit {
  double unit_ns = 0;
  double memory = 0;  // the peak for each byte of the estimate
};

Fit measure(const kinds::Kind& kind, std::uint64_t n, const Options& options, engine::Executor& executor) {
  const std::vector<std::uint64_t> arguments{n};
  const kinds::Estimate estimate = kind.estimate(arguments, options.threads);
  engine::Arena arena(std::numeric_limits<std::size_t>::max() >> 20);
  engine::Progress progress;
  engine::Context context{arena, executor, {}, progress};
  const auto run = [&] {
    if (!kind.compute(arguments, context))
      std::fprintf(stderr, "engine_bench: %s does not fit this machine's memory\n", std::string(kind.name).c_str());
  };
  run();  // touches the memory
  std::vector<double> times;
  for (Repetition repetition(options.reps); repetition.wanted(); repetition.add(times.back()))
    times.push_back(seconds_of(run, options.cpu));
  return {median(times) * 1e9 / static_cast<double>(estimate.work),
          static_cast<double>(arena.peak()) / static_cast<double>(estimate.bytes)};
}

}  // namespace

void print_estimates(const Options& options) {
  engine::Executor executor(options.threads);
  double least = std::numeric_limits<double>::max(), most = 0;
  std::printf("%-12s %10s %8s %16s  of %u thread(s)\n", "kind", "n", "ns/unit", "peak/estimate", options.threads);
  for (const char* name : {"factorial", "fibonacci"})
    for (std::uint64_t n = 100'000; n <= 100'000'000; n *= 10) {
      const Fit fit = measure(*kinds::find(name), n, options, executor);
      least = std::min(least, fit.unit_ns);
      most = std::max(most, fit.unit_ns);
      std::printf("%-12s %10llu %8.3f %16.3f\n", name, static_cast<unsigned long long>(n), fit.unit_ns, fit.memory);
      std::fflush(stdout);
    }
  std::printf("the slowest unit took %.2f times the fastest\n", most / least);
}

}  // namespace decima::bench
