#pragma once
#include <string>

namespace decima::app {

/// decima(1) for man, made from the tables of commands, settings and errors.
std::string man_page();

}  // namespace decima::app
