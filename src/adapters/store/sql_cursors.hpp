#pragma once
#include <memory>

#include "adapters/store/runner.hpp"
#include "core/cursor_store.hpp"

namespace decima::adapters {

/// The cursors beside the jobs of the same runner, which outlives them.
std::unique_ptr<core::CursorStore> make_sql_cursors(Runner& runner);

}  // namespace decima::adapters
