#include <cstdio>

#include "app/access.hpp"
#include "app/command.hpp"
#include "app/documents.hpp"
#include "app/listen.hpp"
#include "app/man_page.hpp"

namespace decima::app {
namespace {

int print(const std::string& document) {
  std::fputs(document.c_str(), stdout);
  return 0;
}

int show(const Settings& settings) {
  for (const Settings::Entry& entry : settings.entries())
    std::printf("%-24.*s %-24s %s\n", static_cast<int>(entry.setting->name.size()), entry.setting->name.data(),
                shown(entry).c_str(), entry.source.c_str());
  return 0;
}

Result<int> check(const Settings& settings) {
  const auto listen = listen_addresses(settings);
  if (!listen) return listen.error();
  if (const auto access = access_settings(settings, *listen); !access) return access.error();
  std::puts("All settings are good.");
  return 0;
}

Result<int> run(const Invocation& invocation) {
  const std::string what = invocation.words.empty() ? "show" : invocation.words.front();
  if (what == "docs") return print(configuration_document());
  if (what == "env") return print(environment_example());
  if (what == "man") return print(man_page());
  if (what != "show" && what != "check")
    return Error{Code::invalid_request, "config takes show, check, docs, env or man, not \"" + what + "\""};
  const auto settings = settings_of(invocation);
  if (!settings) return settings.error();
  if (what == "check") return check(*settings);
  return show(*settings);
}

}  // namespace

extern const Command config_command;
const Command config_command = {
    .name = "config",
    .words = "[show|check|docs|env|man]",
    .summary = "Show every setting, its value and where it came from; or check them.",
    .details =
        "config check says in one sentence what is wrong and ends with status 78. config docs, config env and config "
        "man print docs/configuration.md, .env.example and the manual page.",
    .least_words = 0,
    .most_words = 1,
    .options = {},
    .settings = "*",
    .run = run,
};

}  // namespace decima::app
