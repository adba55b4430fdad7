#include "app/documents.hpp"

#include "app/settings.hpp"

namespace decima::app {
namespace {

/// A group's settings follow one another in the table, so a new heading starts where the name changes.
template <class Heading, class Row>
void each_setting(const Heading& heading, const Row& row) {
  std::string_view group;
  for (const Setting& setting : settings_table) {
    if (setting.group != group) heading(group = setting.group);
    row(setting);
  }
}

std::string cell(std::string_view text) {
  std::string escaped;
  for (const char c : text) escaped.append(c == '|' ? "\\|" : std::string(1, c));
  return escaped;
}

}  // namespace

std::string configuration_document() {
  std::string text =
      "# Configuration\n\n"
      "Made from `src/app/settings_table.hpp` and `src/base/error.def` by `decima config docs`; do not edit by "
      "hand.\n\n"
      "A flag wins over its `DECIMA_` variable, that over another service's variable of the same meaning, that over "
      "the default. `decima config` shows what is in force and where it came from.\n";
  each_setting(
      [&](std::string_view group) {
        text.append("\n## ").append(group).append("\n\n| variable | flag | default | meaning |\n|---|---|---|---|\n");
      },
      [&](const Setting& setting) {
        text.append("| `").append(variable_name(setting)).append("` | `").append(flag_name(setting)).append("` | `");
        text.append(cell(setting.preset)).append("` | ").append(cell(setting.summary));
        if (!setting.choices.empty()) text.append(" One of ").append(cell(setting.choices)).append(".");
        if (!setting.alias.empty()) text.append(" Also read from `").append(setting.alias).append("`.");
        text.append(" |\n");
      });
  text.append(
      "\n## Errors\n\nThe code stands in answers and in rows; the exit status is the command line's.\n\n"
      "| code | HTTP | exit | try again? | meaning |\n|---|---|---|---|---|\n");
  for (const CodeFacts& row : all_codes())
    text.append("| `")
        .append(row.name)
        .append("` | ")
        .append(std::to_string(row.http_status))
        .append(" | ")
        .append(std::to_string(row.exit_status))
        .append(row.retryable ? " | yes | " : " | no | ")
        .append(row.sentence)
        .append(" |\n");
  return text;
}

std::string environment_example() {
  std::string text =
      "# Settings of decima, as environment variables; each stands here with its default.\n"
      "# Made by `decima config env`; copy to .env, take the # away where a value should differ.\n";
  each_setting([&](std::string_view group) { text.append("\n# --- ").append(group).append(" ---\n"); },
               [&](const Setting& setting) {
                 text.append("# ").append(setting.summary).append("\n#").append(variable_name(setting)).append("=");
                 text.append(setting.secret ? "" : setting.preset).append("\n");
               });
  return text;
}

}  // namespace decima::app
