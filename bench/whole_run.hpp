#pragma once
#include <cstdint>

#include "kinds/kind.hpp"

namespace decima::bench {

/// Computes and writes the whole text to a sink that only counts, as a benchmark wants it: all that a request costs
/// the engine. Returns the number of digits, and gives back what it took of the arena.
engine::Outcome<std::uint64_t> whole_run(const kinds::Kind& kind, kinds::Arguments arguments, engine::Context& context);

}  // namespace decima::bench
