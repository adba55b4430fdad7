#pragma once
#include <cstdint>
#include <span>

#include "engine/context.hpp"
#include "engine/outcome.hpp"
#include "engine/residue.hpp"

namespace decima::kinds {

/// n! modulo each of the moduli, as the plain product of all numbers up to n: as unlike the swing as can be.
engine::Status factorial_residues(std::uint64_t n, std::span<const engine::Modulus> moduli,
                                  std::span<engine::Residue> out, engine::Context& context);

}  // namespace decima::kinds
