#include "app/local_run.hpp"

#include <unistd.h>

#include <string_view>
#include <thread>
#include <vector>

#include "app/services.hpp"
#include "app/settings.hpp"
#include "app/signals.hpp"
#include "base/text.hpp"

namespace decima::app {
namespace {

/// The first signal requests the stop; the second ends the process. The thread that waits for them lives as long as
/// the process.
void stop_on_signal(std::stop_source stop) {
  EndingSignals signals;
  std::thread([signals, stop = std::move(stop)]() mutable {
    signals.wait();
    stop.request_stop();
    signals.end_at_once_from_now_on();
    for (;;) pause();
  }).detach();
}

}  // namespace

LocalRun::LocalRun(std::uint64_t memory_bytes, unsigned threads)
    : arena_((stop_on_signal(stop_), memory_bytes)), executor_(threads) {}

Result<LocalLimits> local_limits(const Settings& settings, const std::string& threads_option) {
  LocalLimits limits{budgets(settings), budgets(settings).memory_bytes, worker_threads(settings)};
  if (!threads_option.empty()) {
    const auto threads = parse_number(threads_option);
    if (!threads || *threads < 1 || *threads > 64)
      return Error{Code::invalid_argument, "--threads takes a number from 1 to 64, not \"" + threads_option + "\""};
    limits.threads = static_cast<unsigned>(*threads);
  }
  limits.budgets.threads = limits.threads;
  return limits;
}

Result<core::Request> local_request(const std::vector<std::string>& words, const core::Budgets& budgets) {
  const std::vector<std::string_view> arguments(words.begin() + 1, words.end());
  return core::make_request(words.front(), arguments, budgets);
}

}  // namespace decima::app
