#include "kinds/registry.hpp"

namespace decima::kinds {

#define KIND(name) extern const Kind name;
#include "kinds/registry.def"
#undef KIND

namespace {
constexpr const Kind* registered[] = {
#define KIND(name) &name,
#include "kinds/registry.def"
#undef KIND
};
}  // namespace

std::span<const Kind* const> all() { return registered; }

std::string names() {
  std::string list;
  for (const Kind* kind : registered) list.append(list.empty() ? "" : ", ").append(kind->name);
  return list;
}

const Kind* find(std::string_view name) {
  for (const Kind* kind : registered)
    if (kind->name == name) return kind;
  return nullptr;
}

}  // namespace decima::kinds
