#include <cstdio>

#include "app/command.hpp"
#include "app/documents.hpp"
#include "app/listen.hpp"

namespace decima::app {
namespace {

int show(const Settings& settings) {
  for (const Settings::Entry& entry : settings.entries())
    std::printf("%-24.*s %-24s %s\n", static_cast<int>(entry.setting->name.size()), entry.setting->name.data(),
                shown(entry).c_str(), entry.source.c_str());
  return 0;
}

int check(const Settings& settings) {
  if (const auto listens = listen_addresses(settings); !listens) return report(listens.error());
  std::puts("All settings are good.");
  return 0;
}

int run(const Invocation& invocation) {
  const std::string what = invocation.words.empty() ? "show" : invocation.words.front();
  if (what == "docs") return std::fputs(configuration_document().c_str(), stdout), 0;
  if (what == "env") return std::fputs(environment_example().c_str(), stdout), 0;
  if (what != "show" && what != "check")
    return report({Code::invalid_request, "config takes show, check, docs or env, not \"" + what + "\""});
  int status = 0;
  const Settings* settings = settings_or_exit(invocation, status);
  if (!settings) return status;
  return what == "check" ? check(*settings) : show(*settings);
}

}  // namespace

extern const Command config_command;
const Command config_command = {
    .name = "config",
    .words = "[show|check|docs|env]",
    .summary = "Show every setting, its value and where it came from; or check them.",
    .details =
        "config check says in one sentence what is wrong and ends with status 78. config docs and config env "
        "print docs/configuration.md and .env.example.",
    .least_words = 0,
    .most_words = 1,
    .options = {},
    .settings = "*",
    .run = run,
};

}  // namespace decima::app
