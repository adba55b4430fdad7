#pragma once
#include "options.hpp"

namespace decima::bench {

/// Computes numbers from 10^5 to 10^8 of every kind that has one argument and says how well their estimates fit: the
/// nanoseconds that a unit of work took, which a rate measured on one of them would foretell for all others, and the
/// memory used for each byte that was foretold.
void print_estimates(const Options& options);

}  // namespace decima::bench
