// Runs the engine and GMP in one process, in turns, and prints how they compare. Whole results, text included: ours
// goes to a sink in pieces as the service makes it, GMP's into memory that was touched before. Both run once before
// they are measured; ours on an arena that no run before has touched, which is the column `cold`.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <vector>

#include "engine/arena.hpp"
#include "engine/executor.hpp"
#include "engine/kernels.hpp"
#include "engine/ntt.hpp"
#include "estimates.hpp"
#include "options.hpp"
#include "rows.hpp"
#include "timing.hpp"

namespace {

using namespace decima;
using bench::median, bench::Repetition, bench::seconds_of;

struct Figures {
  std::uint64_t digits = 0, peak_bytes = 0;
  double cold = 0, ours = 0;
  std::optional<double> peers;
};

Figures measure(const Row& row, const Options& options, engine::Executor& executor) {
  constexpr std::size_t ceiling = std::size_t{1} << 44;
  engine::Arena arena(ceiling);
  engine::Progress progress;
  engine::Context context{arena, executor, {}, progress};
  const Contest contest = row.prepare(context);

  Figures figures;
  figures.cold = seconds_of([&] { figures.digits = contest.ours(); }, options.cpu);
  figures.peak_bytes = arena.peak();
  std::vector<double> ours, peers;
  if (options.peer && !row.long_running) contest.peers();
  for (Repetition repetition(options.reps); repetition.wanted();) {
    ours.push_back(seconds_of(contest.ours, options.cpu));
    repetition.add(ours.back());
    if (!options.peer) continue;
    peers.push_back(seconds_of(contest.peers, options.cpu));
    repetition.add(peers.back());
  }
  figures.ours = median(ours);
  if (options.peer) figures.peers = median(peers);
  return figures;
}

void print_json(const Row& row, const Options& options, const Figures& figures) {
  std::printf(
      "{\"row\":\"%s\",\"seconds_median\":%.9f,\"seconds_cold\":%.9f,\"gmp_seconds_median\":%.9f,\"ratio\":%.3f,"
      "\"peak_bytes\":%llu,\"kernel\":\"%s\",\"threads\":%u,\"digits\":%llu}\n",
      row.name.c_str(), figures.ours, figures.cold, figures.peers.value_or(0), figures.peers.value_or(0) / figures.ours,
      static_cast<unsigned long long>(figures.peak_bytes), std::string(engine::kernel_name()).c_str(), options.threads,
      static_cast<unsigned long long>(figures.digits));
}

void print_line(const Row& row, const Options& options, const Figures& figures) {
  std::printf("%-22s %12llu %12.3f %12.3f %12.3f %8.2f %10.2f  %s %u\n", row.name.c_str(),
              static_cast<unsigned long long>(figures.digits), figures.ours * 1e3, figures.peers.value_or(0) * 1e3,
              figures.cold * 1e3, figures.peers.value_or(0) / figures.ours,
              static_cast<double>(figures.peak_bytes) / (1 << 20), std::string(engine::kernel_name()).c_str(),
              options.threads);
}

void choose_kernel(const std::string& name) {
  const engine::KernelChoice choice = engine::choose_kernel(name);
  if (choice.kernel == nullptr) {
    std::fprintf(stderr, "engine_bench: %s\n", choice.problem.c_str());
    std::exit(2);
  }
  engine::use_kernel(*choice.kernel);
}

bool wanted(const Row& row, const Options& options) {
  if (options.rows.empty()) return !row.long_running;
  return std::ranges::any_of(options.rows, [&](const std::string& part) {
    return row.name.find(part) != std::string::npos && (!row.long_running || row.name == part);
  });
}

}  // namespace

int main(int count, char** words) {
  const Options options = parse_options(count, words);
  if (!options.kernel.empty()) choose_kernel(options.kernel);
  if (options.estimates) {
    bench::print_estimates(options);
    return 0;
  }
  engine::Executor executor(options.threads);
  if (!options.json)
    std::printf("%-22s %12s %12s %12s %12s %8s %10s  %s\n", "row", "digits", "ours ms", "GMP ms", "cold ms", "ratio",
                "peak MiB", "kernel, threads");
  for (const Row& row : all_rows()) {
    if (!wanted(row, options)) continue;
    const Figures figures = measure(row, options, executor);
    if (figures.digits == 0) {
      std::fprintf(stderr, "engine_bench: %s does not fit this machine's memory\n", row.name.c_str());
      continue;
    }
    (options.json ? print_json : print_line)(row, options, figures);
    std::fflush(stdout);
  }
}
