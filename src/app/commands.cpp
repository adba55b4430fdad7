#include <cstdlib>

#include "app/command.hpp"
#include "base/log.hpp"
#include "engine/kernels.hpp"

namespace decima::app {

// One for each command_*.cpp.
extern const Command serve_command, compute_command, verify_command, import_command, submit_command, get_command,
    jobs_command, selftest_command, kinds_command, bench_command, key_command, health_command, migrate_command,
    scrub_command, backup_command, config_command, completion_command, calculator_command;

namespace {

constexpr const Command* table[] = {
    &serve_command,   &calculator_command, &compute_command, &verify_command, &import_command,   &submit_command,
    &get_command,     &jobs_command,       &kinds_command,   &bench_command,  &selftest_command, &health_command,
    &migrate_command, &scrub_command,      &backup_command,  &key_command,    &config_command,   &completion_command};

log::Level level_named(std::string_view name) {
  if (name == "debug") return log::Level::debug;
  if (name == "warn") return log::Level::warn;
  if (name == "error") return log::Level::error;
  if (name == "off") return log::Level::off;
  return log::Level::info;
}

/// The engine multiplies with the kernel that the setting names; one that this machine lacks is an error.
Result<> use_kernel_of(const Settings& settings) {
  const engine::KernelChoice choice =
      engine::choose_kernel(settings.automatic("kernel") ? "" : settings.text("kernel"));
  if (!choice.kernel) return Error{Code::bad_setting, "DECIMA_KERNEL (--kernel): " + choice.problem};
  engine::use_kernel(*choice.kernel);
  return Done{};
}

}  // namespace

std::span<const Command* const> commands() { return table; }

Result<Settings> settings_of(const Invocation& invocation) {
  auto settings = Settings::load(invocation.flags, [](const char* name) { return std::getenv(name); });
  if (!settings) return settings;
  log::set_level(level_named(settings->text("log_level")));
  if (auto used = use_kernel_of(*settings); !used) return used.error();
  return settings;
}

}  // namespace decima::app
