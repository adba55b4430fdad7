#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace decima::http {

/// What a caller may do; each includes those before it. A route names the least that it takes.
enum class Scope : std::uint8_t {
  open,    ///< nobody is asked who he is
  read,    ///< results, and how jobs stand
  submit,  ///< ask for results that are not there yet
  admin,   ///< what concerns other callers' jobs
};

inline std::string_view name(Scope scope) {
  constexpr std::string_view names[] = {"open", "read", "submit", "admin"};
  return names[static_cast<std::size_t>(scope)];
}

/// One of read, submit and admin; others grant nothing.
inline std::optional<Scope> scope_named(std::string_view word) {
  for (const Scope scope : {Scope::read, Scope::submit, Scope::admin})
    if (name(scope) == word) return scope;
  return std::nullopt;
}

/// Who proved to be who.
struct Caller {
  std::string name;
  Scope scope = Scope::open;
};

}  // namespace decima::http
