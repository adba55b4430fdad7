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

void show(const kinds::Kind& kind) {
  std::printf("%-16s %.*s\n", usage(kind).c_str(), static_cast<int>(kind.summary.size()), kind.summary.data());
  for (const kinds::Parameter& parameter : kind.parameters)
    std::printf("%-16s   %.*s: %.*s, from %llu to %llu\n", "", static_cast<int>(parameter.name.size()),
                parameter.name.data(), static_cast<int>(parameter.description.size()), parameter.description.data(),
                static_cast<unsigned long long>(parameter.least), static_cast<unsigned long long>(parameter.most));
}

Result<int> run(const Invocation&) {
  for (const kinds::Kind* kind : kinds::all()) show(*kind);
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
