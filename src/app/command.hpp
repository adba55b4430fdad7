#pragma once
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "app/settings.hpp"

namespace decima::app {

/// An option of one command, beside the settings.
struct Option {
  std::string_view name;        ///< "output": --output
  std::string_view value_name;  ///< "FILE"; empty for a switch
  std::string_view summary;
  bool required = false;
};

/// What the user typed, taken apart.
struct Invocation {
  std::vector<std::string> words;              ///< the positional arguments
  std::map<std::string, std::string> options;  ///< by name; a switch that is set has the value "yes"
  Settings::Flags flags;                       ///< settings given as flags

  bool has(const char* name) const { return options.contains(name); }
  std::string option(const char* name) const {
    const auto found = options.find(name);
    return found == options.end() ? std::string() : found->second;
  }
};

/// One command of the program. Parsing, --help and shell completion are made from this record.
struct Command {
  std::string_view name;
  std::string_view words;    ///< how its positional arguments are shown: "KIND ARG..."
  std::string_view summary;  ///< one sentence
  std::string_view details;  ///< more for its own --help; may be empty
  std::size_t least_words = 0, most_words = 0;
  std::span<const Option> options;
  std::string_view settings;  ///< groups of settings it takes as flags, "Serving|Storage"; "*" for all
  /// Gives the exit status; an error is printed and gives the exit status of its row in error.def.
  Result<int> (*run)(const Invocation&);
};

/// Every command, in the order --help shows them.
std::span<const Command* const> commands();

/// Settings from the invocation's flags and the environment. The log's level and the engine's kernel are set as they
/// say.
Result<Settings> settings_of(const Invocation& invocation);

}  // namespace decima::app
