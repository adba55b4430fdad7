// Jobs from end to end: Decima, embedded and durable, beside BullMQ with Redis, which is not durable; in turns,
// medians.
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "jobs_runs.hpp"
#include "timing.hpp"

namespace {

constexpr const char* stages[] = {"submit", "relay", "claim", "compute", "verify", "publish", "finish"};

struct Options {
  unsigned reps = 5;
  std::string only;                 ///< a row's name; empty for all
  std::string concurrency = "100";  ///< of the peer's worker
  bool peer = true;
};

[[noreturn]] void refuse(std::string_view word) {
  std::fprintf(stderr, "'%.*s' is not understood; see scripts/bench --help\n", static_cast<int>(word.size()),
               word.data());
  std::exit(2);
}

Options parse_options(int count, char** words) {
  Options options;
  for (int i = 1; i < count; i++) {
    const std::string word = words[i];
    const bool more = i + 1 < count;
    if (word == "--no-peer") {
      options.peer = false;
    } else if (word == "--rows" && more) {
      options.only = words[++i];
    } else if (word == "--concurrency" && more) {
      options.concurrency = words[++i];
    } else if (word == "--reps" && more) {
      options.reps = static_cast<unsigned>(std::max(1, std::atoi(words[++i])));
    } else {
      refuse(word);
    }
  }
  return options;
}

double median_of(const std::vector<Run>& runs, const std::function<double(const Run&)>& figure) {
  std::vector<double> values;
  for (const Run& run : runs) values.push_back(figure(run));
  return decima::bench::median(values);
}

double rate(const Load& load, const std::vector<Run>& runs) {
  return median_of(runs, [&](const Run& run) { return load.count() / run.seconds; });
}

double processor_micros(const Load& load, const std::vector<Run>& runs) {
  return median_of(runs, [&](const Run& run) { return run.processor_seconds / load.count() * 1e6; });
}

void print(const char* who, const Load& load, const std::vector<Run>& runs) {
  std::printf("%-6s %-8s %8.0f jobs/s  %8.0f/s submitted  %6.0f us of processor a job\n", load.name.c_str(), who,
              rate(load, runs), median_of(runs, [&](const Run& run) { return load.count() / run.submit_seconds; }),
              processor_micros(load, runs));
}

/// What each stage could do if there were no other, in all its threads.
void print_stages(const Load& load, const std::vector<Run>& runs) {
  for (const char* stage : stages)
    std::printf("  %-8s %8.0f jobs/s\n", stage,
                median_of(runs, [&](const Run& run) { return load.count() / run.stage_seconds.at(stage); }));
}

void measure(const Load& load, const Options& options) {
  std::vector<Run> ours, peers;
  std::vector<double> ratios;
  for (unsigned rep = 0; rep < options.reps; rep++) {
    ours.push_back(run_ours(load));
    if (!options.peer) continue;
    peers.push_back(run_peer(load, options.concurrency));
    ratios.push_back(peers.back().seconds / ours.back().seconds);
  }
  print("decima", load, ours);
  print_stages(load, ours);
  if (!options.peer) return;
  print("bullmq", load, peers);
  std::printf("%-6s ratio %.2f by the clock (the median of each run's), %.2f by processor time\n", load.name.c_str(),
              decima::bench::median(ratios), processor_micros(load, peers) / processor_micros(load, ours));
}

}  // namespace

int main(int count, char** words) {
  const Options options = parse_options(count, words);
  try {
    for (const Load& load : {small_load(), large_load()})
      if (options.only.empty() || options.only == load.name) measure(load, options);
  } catch (const std::exception& failure) {
    std::fprintf(stderr, "%s\n", failure.what());
    return 1;
  }
}
