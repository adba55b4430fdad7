#include <cstdio>
#include <string>

#include "app/command.hpp"
#include "base/text.hpp"
#include "kinds/registry.hpp"

namespace decima::app {
namespace {

/// What a command's first word may be: the kinds where it wants one, and the words that it names, "up|down".
std::string first_words(const Command& command) {
  std::string list;
  std::string_view named = command.words.substr(0, command.words.find(' '));
  if (named == "KIND")
    for (const kinds::Kind* kind : kinds::all()) list.append(" ").append(kind->name);
  if (named.starts_with('[') && named.ends_with(']')) named = named.substr(1, named.size() - 2);
  if (named.find('|') == std::string_view::npos) return list;
  for (const auto word : split(named, '|')) list.append(" ").append(word);
  return list;
}

/// All that may follow a command: its words, its options and the settings it takes.
std::string candidates(const Command& command) {
  std::string list = "--help";
  for (const Option& option : command.options) list.append(" --").append(option.name);
  for (const Setting& setting : settings_table)
    for (const auto group : split(command.settings, '|'))
      if (group == "*" || group == setting.group) list.append(" ").append(flag_name(setting));
  return list + first_words(command);
}

std::string command_names() {
  std::string list = "--help --version";
  for (const Command* command : commands()) list.append(" ").append(command->name);
  return list;
}

std::string cases() {
  std::string text;
  for (const Command* command : commands())
    text.append("    ").append(command->name).append(") words=\"").append(candidates(*command)).append("\" ;;\n");
  return text;
}

/// Where nothing of ours fits, as behind --file, the shell completes names of files.
std::string bash_script() {
  return "_decima() {\n"
         "  local current=\"${COMP_WORDS[COMP_CWORD]}\" previous=\"${COMP_WORDS[COMP_CWORD-1]}\" words\n"
         "  case \"$previous\" in --output|--file|--data|--key-file|--server-ca|--api-keys-file|--jwt-keys|"
         "--tls-certificate|--tls-key) COMPREPLY=(); return ;; esac\n"
         "  if [ \"$COMP_CWORD\" -eq 1 ]; then words=\"" +
         command_names() +
         "\"; else\n"
         "  case \"${COMP_WORDS[1]}\" in\n" +
         cases() +
         "    *) words=\"\" ;;\n"
         "  esac\n"
         "  fi\n"
         "  COMPREPLY=($(compgen -W \"$words\" -- \"$current\"))\n"
         "}\n"
         "complete -o default -F _decima decima\n";
}

/// zsh and bash share the script; zsh reads it through its own emulation.
std::string zsh_script() { return "autoload -U +X bashcompinit && bashcompinit\n" + bash_script(); }

/// As one word of fish's.
std::string quoted(std::string_view text) {
  std::string word = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') word.push_back('\\');
    word.push_back(c);
  }
  return word + "'";
}

std::string fish_script() {
  std::string text;
  for (const Command* command : commands()) {
    const std::string name(command->name);
    text += "complete -c decima -n __fish_use_subcommand -f -a " + name + " -d " + quoted(command->summary) + "\n";
    text += "complete -c decima -n " + quoted("__fish_seen_subcommand_from " + name) + " -a " +
            quoted(candidates(*command)) + "\n";
  }
  return text;
}

Result<int> run(const Invocation& invocation) {
  const std::string& shell = invocation.words.front();
  std::string script;
  if (shell == "bash") script = bash_script();
  if (shell == "zsh") script = zsh_script();
  if (shell == "fish") script = fish_script();
  if (script.empty()) return Error{Code::invalid_request, "completion takes bash, zsh or fish, not \"" + shell + "\""};
  std::fputs(script.c_str(), stdout);
  return 0;
}

}  // namespace

extern const Command completion_command;
const Command completion_command = {
    .name = "completion",
    .words = "bash|zsh|fish",
    .summary = "Print a completion script for bash, zsh or fish.",
    .details = "In bash: source <(decima completion bash)",
    .least_words = 1,
    .most_words = 1,
    .options = {},
    .settings = "",
    .run = run,
};

}  // namespace decima::app
