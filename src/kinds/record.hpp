#pragma once
// What the records of kinds have in common: their functions, made of the engine's functions of numbers.
#include <algorithm>
#include <cstdint>
#include <limits>
#include <type_traits>

#include "engine/arena.hpp"
#include "kinds/kind.hpp"

namespace decima::kinds {

inline constexpr std::uint64_t any_number = std::numeric_limits<std::uint64_t>::max();

/// function(arguments…, more…), for kinds of one argument or two.
template <class Function, class... More>
auto apply(Function function, Arguments arguments, More&... more) {
  if constexpr (std::is_invocable_v<Function, std::uint64_t, More&...>)
    return function(arguments[0], more...);
  else
    return function(arguments[0], arguments[1], more...);
}

/// Kind::compute by a function of the engine.
template <auto function>
engine::Outcome<engine::Decimal> compute_by(Arguments arguments, engine::Context& context) {
  context.arena.rewind(0);
  return apply(function, arguments, context);
}

/// Kind::estimate by three functions of the engine.
template <auto digits, auto bytes, auto work>
Estimate estimate_by(Arguments arguments, unsigned threads) {
  return {apply(digits, arguments), apply(bytes, arguments, threads), apply(work, arguments)};
}

/// Kind::residues by a function of the arguments and one modulus, for kinds where that is quick.
template <auto residue>
engine::Status residues_by(Arguments arguments, std::span<const engine::Modulus> moduli, std::span<engine::Residue> out,
                           engine::Context&) {
  std::ranges::transform(moduli, out.begin(),
                         [&](const engine::Modulus modulus) { return apply(residue, arguments, modulus); });
  return engine::Status::ok;
}

}  // namespace decima::kinds
