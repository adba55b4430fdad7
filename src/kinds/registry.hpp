#pragma once
#include <span>
#include <string>
#include <string_view>

#include "kinds/kind.hpp"

namespace decima::kinds {

/// Every kind that registry.def names, in its order.
std::span<const Kind* const> all();

/// Their names, for people: "factorial, fibonacci, ..."
std::string names();

/// nullptr when there is none of that name.
const Kind* find(std::string_view name);

}  // namespace decima::kinds
