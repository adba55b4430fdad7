#pragma once
#include <cstdint>
#include <span>

#include "engine/context.hpp"
#include "engine/outcome.hpp"
#include "engine/residue.hpp"

namespace decima::kinds {

/// The product of the primes up to n modulo each of the moduli, the primes found by crossing out multiples.
engine::Status prime_residues(std::uint64_t n, std::span<const engine::Modulus> moduli, std::span<engine::Residue> out,
                              engine::Context& context);

}  // namespace decima::kinds
