#pragma once
#include "base/error.hpp"

namespace decima::adapters {

/// The code that one of SQLite's results stands for, as our ports mean theirs.
Code code_of_sqlite(int result);

}  // namespace decima::adapters
