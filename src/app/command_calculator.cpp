#include "core/calculator.hpp"

#include <cstdio>

#include "app/command.hpp"
#include "app/local_run.hpp"
#include "app/services.hpp"
#include "app/settings.hpp"

namespace decima::app {
namespace {

Result<int> run(const Invocation& invocation) {
  const auto settings = settings_of(invocation);
  if (!settings) return settings.error();
  const core::CalculatorSettings calculating = calculator_settings(*settings);
  if (const auto admitted = core::Calculator::admit(calculating); !admitted) return admitted.error();
  std::stop_source stop;
  stop_on_signal(stop);
  auto services = make_embedded_services(*settings);
  if (!services) return services.error();
  core::LiveJobs live;
  core::Calculator calculator((*services)->ports(), budgets(*settings), cache_policy(*settings), patience(*settings),
                              live, calculating);
  if (const auto filled = calculator.fill(calculating.most, stop.get_token()); !filled) return filled.error();
  std::printf("the factorials from 0 to %llu are stored\n", static_cast<unsigned long long>(calculating.most));
  return 0;
}

}  // namespace

extern const Command calculator_command;
const Command calculator_command = {
    .name = "calculator",
    .words = "",
    .summary = "Fill in all factorials up to calculator_max, each from the one before.",
    .details =
        "Works on the data folder itself, so no server may be using it; a server does the same beside its work with "
        "--calculator yes. It can be stopped or killed at any time, and goes on where it was.",
    .options = {},
    .settings = "Requests|Storage|Working|Watching",
    .run = run,
};

}  // namespace decima::app
