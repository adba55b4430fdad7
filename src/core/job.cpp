#include "core/job.hpp"

namespace decima::core {
namespace {
constexpr std::string_view state_names[] = {"queued", "calculating", "uploading", "done", "failed", "cancelled"};
}

std::string_view name(State state) { return state_names[static_cast<std::size_t>(state)]; }

std::optional<State> state_named(std::string_view text) {
  for (std::size_t i = 0; i < std::size(state_names); i++)
    if (state_names[i] == text) return static_cast<State>(i);
  return std::nullopt;
}

}  // namespace decima::core
