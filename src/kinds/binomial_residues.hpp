#pragma once
#include <cstdint>
#include <span>

#include "engine/context.hpp"
#include "engine/outcome.hpp"
#include "engine/residue.hpp"

namespace decima::kinds {

/// n over k modulo each of the moduli: the product of the k upper factors times the inverse of that of the lower ones,
/// digit by digit to the base of a modulus that is not above n (Lucas's theorem).
engine::Status binomial_residues(std::uint64_t n, std::uint64_t k, std::span<const engine::Modulus> moduli,
                                 std::span<engine::Residue> out, engine::Context& context);

}  // namespace decima::kinds
