#include <algorithm>
#include <cctype>
#include <cstdio>
#include <string>

#include "app/command.hpp"
#include "kinds/registry.hpp"

namespace decima::app {
namespace {

std::string usage(const kinds::Kind& kind) {
  std::string text(kind.name);
  for (const kinds::Parameter& parameter : kind.parameters) {
    text.push_back(' ');
    for (const char c : parameter.name) text.push_back(static_cast<char>(std::toupper(static_cast<unsigned char>(c))));
  }
  return text;
}

/// What is to be typed, in a column of its own, and what comes of it.
void show(const kinds::Kind& kind, int width) {
  std::printf("%-*s  %.*s\n", width, usage(kind).c_str(), static_cast<int>(kind.summary.size()), kind.summary.data());
  for (const kinds::Parameter& parameter : kind.parameters)
    std::printf("%-*s    %.*s: %.*s, from %llu to %llu\n", width, "", static_cast<int>(parameter.name.size()),
                parameter.name.data(), static_cast<int>(parameter.description.size()), parameter.description.data(),
                static_cast<unsigned long long>(parameter.least), static_cast<unsigned long long>(parameter.most));
}

Result<int> run(const Invocation&) {
  std::size_t width = 0;
  for (const kinds::Kind* kind : kinds::all()) width = std::max(width, usage(*kind).size());
  for (const kinds::Kind* kind : kinds::all()) show(*kind, static_cast<int>(width));
  return 0;
}

}  // namespace

extern const Command kinds_command;
const Command kinds_command = {
    .name = "kinds",
    .words = "",
    .summary = "List what can be computed.",
    .details = "",
    .options = {},
    .settings = "",
    .run = run,
};

}  // namespace decima::app
