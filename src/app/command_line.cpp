#include "app/command_line.hpp"

#include <CLI/CLI.hpp>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

#include "app/command.hpp"
#include "app/version.hpp"
#include "base/text.hpp"

namespace decima::app {
namespace {

/// Where CLI11 puts what it finds for one command.
struct Parsed {
  const Command* command = nullptr;
  CLI::App* app = nullptr;
  std::vector<std::string> words;
  std::map<std::string, std::string> options, flags;
  std::map<std::string, bool> switches;
};

bool takes_group(const Command& command, std::string_view group) {
  if (command.settings.empty()) return false;
  if (command.settings == "*") return true;
  for (const auto taken : split(command.settings, '|'))
    if (taken == group) return true;
  return false;
}

void add_options(Parsed& parsed) {
  for (const Option& option : parsed.command->options) {
    const std::string name(option.name), flag = "--" + name;
    if (option.value_name.empty()) {
      parsed.app->add_flag(flag, parsed.switches[name], std::string(option.summary));
    } else {
      auto* added = parsed.app->add_option(flag, parsed.options[name], std::string(option.summary));
      added->type_name(std::string(option.value_name))->required(option.required);
    }
  }
}

std::string value_name(const Setting& setting) {
  switch (setting.type) {
    case Type::number:
      return "N";
    case Type::bytes:
      return "SIZE";
    case Type::bytes_by_name:
      return "NAME=SIZE,...";
    case Type::duration:
      return "TIME";
    case Type::yes_no:
      return "yes|no";
    case Type::choice:
      return std::string(setting.choices);
    case Type::list:
      return "TEXT,...";
    case Type::text:
      break;
  }
  return "TEXT";
}

void add_settings(Parsed& parsed) {
  for (const Setting& setting : settings_table) {
    if (!takes_group(*parsed.command, setting.group)) continue;
    const std::string summary =
        std::string(setting.summary) + " [" + variable_name(setting) + "=" + std::string(setting.preset) + "]";
    auto* added = parsed.app->add_option(flag_name(setting), parsed.flags[std::string(setting.name)], summary);
    added->type_name(value_name(setting))->group(std::string(setting.group));
    if (setting.type == Type::list || setting.type == Type::bytes_by_name) added->join(',');
  }
}

std::unique_ptr<Parsed> add_command(CLI::App& root, const Command& command) {
  auto parsed = std::make_unique<Parsed>();
  parsed->command = &command;
  parsed->app = root.add_subcommand(std::string(command.name), std::string(command.summary));
  if (!command.details.empty()) parsed->app->footer(std::string(command.details));
  if (command.most_words > 0)
    parsed->app->add_option(std::string(command.words), parsed->words, "")
        ->expected(static_cast<int>(command.least_words), static_cast<int>(command.most_words))
        ->required(command.least_words > 0)
        ->type_name("");
  add_options(*parsed);
  add_settings(*parsed);
  return parsed;
}

/// Only what was really given.
Invocation invocation(const Parsed& parsed) {
  Invocation result;
  result.words = parsed.words;
  for (const auto& [name, set] : parsed.switches)
    if (set) result.options[name] = "yes";
  for (const auto& [name, value] : parsed.options)
    if (parsed.app->count("--" + name) > 0) result.options[name] = value;
  for (const Setting& setting : settings_table) {
    const auto value = parsed.flags.find(std::string(setting.name));
    if (value != parsed.flags.end() && parsed.app->count(flag_name(setting)) > 0) result.flags.insert(*value);
  }
  return result;
}

/// The shell's own status for a program that a signal ended, SIGINT being 2.
constexpr int interrupted_status = 130;

/// What was printed may not have been written yet. Who closed the output does not want it.
Result<> write_out() {
  errno = 0;
  if ((std::fflush(stdout) == 0 && !std::ferror(stdout)) || errno == EBADF) return Done{};
  const std::string why = errno == 0 ? "it could not all be written" : std::strerror(errno);
  return Error{errno == ENOSPC ? Code::storage_full : Code::io_error, "standard output: " + why};
}

int run(const Command& command, const Invocation& invocation) {
  auto status = command.run(invocation);
  if (status)
    if (const auto written = write_out(); !written && *status == 0) status = written.error();
  if (status) return *status;
  if (status.error().code == Code::stopped) return interrupted_status;
  std::fprintf(stderr, "decima: %s\n", status.error().message().c_str());
  return facts(status.error().code).exit_status;
}

}  // namespace

int run_command_line(int argc, char** argv) {
  CLI::App root("Decima computes exact integers, checks them by a second method, stores and serves them.", "decima");
  root.set_version_flag("--version", std::string("decima ") + version);
  root.set_help_all_flag("--help-all", "Show the help of every command");
  root.require_subcommand(1);
  std::vector<std::unique_ptr<Parsed>> parsed;
  for (const Command* command : commands()) parsed.push_back(add_command(root, *command));
  try {
    root.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    const int status = root.exit(error);
    return status == 0 ? 0 : facts(Code::invalid_request).exit_status;
  }
  for (const auto& candidate : parsed)
    if (candidate->app->parsed()) return run(*candidate->command, invocation(*candidate));
  return facts(Code::invalid_request).exit_status;
}

}  // namespace decima::app
