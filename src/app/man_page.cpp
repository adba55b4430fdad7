#include "app/man_page.hpp"

#include <map>

#include "app/command.hpp"
#include "app/settings.hpp"
#include "app/version.hpp"

namespace decima::app {
namespace {

/// Text as man takes it: no character of it is read as a request, and a hyphen stays what it is.
std::string plain(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '\\')
      escaped += "\\e";
    else if (c == '-')
      escaped += "\\-";
    else if ((c == '.' || c == '\'') && (escaped.empty() || escaped.back() == '\n'))
      escaped.append("\\&").push_back(c);
    else
      escaped.push_back(c);
  }
  return escaped;
}

/// A term in bold, the words that belong to it, and the paragraph that explains it.
void entry(std::string& page, std::string_view term, std::string_view words, std::string_view text) {
  page.append(".TP\n\\fB").append(plain(term)).append("\\fR");
  if (!words.empty()) page.append(" \\fI").append(plain(words)).append("\\fR");
  page.append("\n").append(plain(text)).append("\n");
}

void add_commands(std::string& page) {
  page.append(".SH COMMANDS\n");
  for (const Command* command : commands()) {
    entry(page, command->name, command->words, command->summary);
    if (!command->details.empty()) page.append(".IP\n").append(plain(command->details)).append("\n");
    if (command->options.empty()) continue;
    page.append(".RS\n");
    for (const Option& option : command->options)
      entry(page, "--" + std::string(option.name), option.value_name, option.summary);
    page.append(".RE\n");
  }
}

void add_settings(std::string& page) {
  page.append(".SH SETTINGS\n")
      .append(plain("Each is a flag and an environment variable; the flag wins. decima config shows what is in force "
                    "and where it came from."))
      .append("\n");
  std::string_view group;
  for (const Setting& setting : settings_table) {
    if (setting.group != group) page.append(".SS ").append(group = setting.group).append("\n");
    entry(page, flag_name(setting), variable_name(setting), setting.summary);
    if (!setting.choices.empty()) page.append("One of ").append(plain(setting.choices)).append(".\n");
    if (!setting.secret && !setting.preset.empty())
      page.append("The default is \\fB").append(plain(setting.preset)).append("\\fR.\n");
  }
}

void add_statuses(std::string& page) {
  std::map<int, std::string> meanings;  // several errors share a status
  for (const CodeFacts& row : all_codes()) {
    std::string& meaning = meanings[row.exit_status];
    meaning.append(meaning.empty() ? "" : ", ").append(row.name);
  }
  page.append(".SH EXIT STATUS\n");
  entry(page, "0", "", "All went well.");
  for (const auto& [status, meaning] : meanings) entry(page, std::to_string(status), "", meaning);
}

}  // namespace

std::string man_page() {
  std::string page = ".TH DECIMA 1 \"\" \"decima " + std::string(version) + "\" \"User Commands\"\n";
  page.append(".SH NAME\ndecima \\- exact integers as a service\n")
      .append(".SH SYNOPSIS\n.B decima\n\\fICOMMAND\\fR [\\fIARGUMENT\\fR...]\n")
      .append(".SH DESCRIPTION\n")
      .append(plain("Computes exact integers on request: factorials, Fibonacci numbers and others. Each result is "
                    "computed once, compared with a second, independent computation before anybody can see it, stored "
                    "with its hashes and served for ever. decima serve does all of it in one process."))
      .append("\n");
  add_commands(page);
  add_settings(page);
  add_statuses(page);
  page.append(".SH SIGNALS\n");
  entry(page, "SIGTERM, SIGINT", "",
        "End decima serve: no more jobs are taken, those under way may go on for the setting grace. A second one ends "
        "it at once. Nothing is lost either way.");
  page.append(".SH FILES\n");
  entry(page, "/lib/systemd/system/decima.service", "", "The service, where it was installed as a package.");
  entry(page, "/etc/default/decima", "", "Its settings, one variable a line.");
  entry(page, "/var/lib/decima", "", "Its data: database and results.");
  return page;
}

}  // namespace decima::app
