#pragma once
#include <cstddef>

#include "engine/natural.hpp"
#include "engine/outcome.hpp"

namespace decima::engine {

struct Context;

/// The product of the words, each from 1 to 10^18 - 1, as a trimmed number in the arena. The words are cut in two
/// halves again and again, so that nearly all work is products of equal lengths.
Outcome<Natural> product_of_words(Natural words, Context& context);

/// Words of the arena that this takes at most while it runs; afterwards it holds no more than one for each word.
std::size_t product_of_words_scratch(std::size_t words, unsigned threads);

/// The ticks of the progress that it counts, about, for a product of so many limbs.
std::uint64_t product_of_words_ticks(std::size_t words, double limbs);

}  // namespace decima::engine
