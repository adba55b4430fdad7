#pragma once
#include <cstdint>
#include <span>

#include "engine/context.hpp"
#include "engine/outcome.hpp"
#include "engine/residue.hpp"

namespace decima::kinds {

/// The sum of (-1)^k n!/k! for k from 0 to n modulo each of the moduli.
engine::Status derangement_residues(std::uint64_t n, std::span<const engine::Modulus> moduli,
                                    std::span<engine::Residue> out, engine::Context& context);

}  // namespace decima::kinds
