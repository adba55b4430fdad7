#pragma once
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "app/command.hpp"
#include "base/result.hpp"
#include "core/request.hpp"
#include "engine/arena.hpp"
#include "engine/context.hpp"
#include "engine/executor.hpp"

namespace decima::app {

/// Ctrl-C or SIGTERM requests the stop; a second one ends the process. Call it before the first thread is made. The
/// thread that waits for the signals lives as long as the process.
void stop_on_signal(std::stop_source stop);

/// What a command of the command line computes with: this process's memory and threads, and a stop that Ctrl-C or
/// SIGTERM requests.
class LocalRun {
 public:
  LocalRun(std::uint64_t memory_bytes, unsigned threads);

  engine::Context context() { return {arena_, executor_, stop_.get_token(), progress_}; }
  engine::Progress& progress() { return progress_; }
  engine::Arena& arena() { return arena_; }
  engine::Executor& executor() { return executor_; }
  std::stop_token stop() const { return stop_.get_token(); }
  const std::stop_source& stop_source() const { return stop_; }

 private:
  std::stop_source stop_;
  engine::Progress progress_;
  engine::Arena arena_;
  engine::Executor executor_;
};

/// Memory and threads for a command: --threads if given, else the settings'.
struct LocalLimits {
  core::Budgets budgets;
  std::uint64_t arena_bytes = 0;
  unsigned threads = 1;
};
Result<LocalLimits> local_limits(const Settings& settings, const std::string& threads_option);

/// What a command of the form KIND ARG... is about. Checking a result needs none of the memory and disk that computing
/// it would, so only what is to be computed must fit the budgets; what is to be stored must fit the disk's.
struct LocalJob {
  LocalLimits limits;
  core::Request request;
};
enum class Purpose { compute, check, store };
Result<LocalJob> local_job(const Invocation& invocation, Purpose purpose);

}  // namespace decima::app
