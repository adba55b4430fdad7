#pragma once
#include <string>

namespace decima::app {

/// Files of the repository that are made from the tables. `decima config docs|env|errors` prints them, and a test fails
/// when the files in the tree differ.
std::string configuration_document();  ///< docs/configuration.md
std::string environment_example();     ///< .env.example

}  // namespace decima::app
