#include <cstdio>

#include "adapters/blob/data_folder.hpp"
#include "adapters/store/migrations.hpp"
#include "adapters/store/sqlite.hpp"
#include "app/command.hpp"
#include "app/services.hpp"
#include "base/text.hpp"

namespace decima::app {
namespace {

Result<int> up(const std::string& url) {
  const auto taken = adapters::migrate_up(url, SystemClock());
  if (!taken) return taken.error();
  std::printf("%s taken\n", counted(*taken, "step").c_str());
  return 0;
}

Result<int> down(const std::string& url, const std::string& steps_text) {
  const auto steps = parse_number(steps_text);
  if (!steps || *steps < 1 || *steps > 1000)
    return Error{Code::invalid_argument, "migrate down takes how many steps to take back, from 1"};
  const auto taken = adapters::migrate_down(url, static_cast<std::size_t>(*steps));
  if (!taken) return taken.error();
  std::printf("%s taken back\n", counted(*taken, "step").c_str());
  return 0;
}

Result<int> status(const std::string& url) {
  const auto states = adapters::migration_states(url);
  if (!states) return states.error();
  for (const auto& state : *states)
    std::printf("%04llu %-24s %s\n", static_cast<unsigned long long>(state.version), state.name.c_str(),
                state.applied_at ? rfc3339(*state.applied_at).c_str() : "not yet");
  return 0;
}

Result<int> run(const Invocation& invocation) {
  const std::string& direction = invocation.words.front();
  if (direction != "up" && direction != "down" && direction != "status")
    return Error{Code::invalid_request, "migrate takes up, down or status, not \"" + direction + "\""};
  const auto settings = settings_of(invocation);
  if (!settings) return settings.error();
  const std::string url = store_url(*settings);
  // Only up makes a database; else a folder that was mistyped would seem to be one that needs migrating.
  if (direction != "up")
    if (auto there = adapters::expect_sqlite(url); !there) return there.error();
  const auto folder = adapters::lock_data_folder(settings->text("data"));
  if (!folder) return folder.error();
  if (direction == "up") return up(url);
  if (direction == "status") return status(url);
  return down(url, invocation.words.size() > 1 ? invocation.words[1] : "1");
}

}  // namespace

extern const Command migrate_command;
const Command migrate_command = {
    .name = "migrate",
    .words = "up|down|status [STEPS]",
    .summary = "Bring the database's schema up to date, take steps back, or show where it stands.",
    .details =
        "up makes the database where there is none. down takes back one step, or as many as STEPS says; the rows in "
        "what it drops are lost. The program "
        "migrates by itself at the start unless the setting migrate says no.",
    .least_words = 1,
    .most_words = 2,
    .options = {},
    .settings = "Storage|Watching",
    .run = run,
};

}  // namespace decima::app
