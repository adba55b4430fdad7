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

void stop_on_signal(std::stop_source stop) {
  EndingSignals signals;
  std::thread([signals, stop = std::move(stop)]() mutable {
    signals.wait();
    stop.request_stop();
    signals.end_at_once_from_now_on();
    for (;;) pause();
  }).detach();
}

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

Result<LocalJob> local_job(const Invocation& invocation, Purpose purpose) {
  const auto settings = settings_of(invocation);
  if (!settings) return settings.error();
  auto limits = local_limits(*settings, invocation.option("threads"));
  if (!limits) return limits.error();
  if (purpose != Purpose::compute) limits->budgets.memory_bytes = limits->budgets.digits = UINT64_MAX;
  if (purpose == Purpose::check) limits->budgets.result_bytes = UINT64_MAX;
  const std::vector<std::string_view> arguments(invocation.words.begin() + 1, invocation.words.end());
  auto request = core::make_request(invocation.words.front(), arguments, limits->budgets);
  if (!request) return request.error();
  return LocalJob{*limits, std::move(*request)};
}

}  // namespace decima::app
