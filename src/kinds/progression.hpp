#pragma once
#include <cstdint>
#include <span>

#include "engine/context.hpp"
#include "engine/outcome.hpp"
#include "engine/residue.hpp"

namespace decima::kinds {

/// The numbers first, first + step, …, count of them; all below 2^63.
struct Progression {
  std::uint64_t first, step, count;
};

/// The product of the numbers modulo each of the moduli, factor by factor: as unlike the engine's ways as can be.
engine::Status progression_residues(const Progression& numbers, std::span<const engine::Modulus> moduli,
                                    std::span<engine::Residue> out, engine::Context& context);

}  // namespace decima::kinds
