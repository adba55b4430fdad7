#pragma once
#include <string_view>

namespace decima::http {

/// A file that was put into the program when it was built, by its name without folders; empty when there is none.
std::string_view embedded(std::string_view name);

}  // namespace decima::http
