#pragma once
#include "engine/outcome.hpp"

namespace decima::engine {

struct Context;

/// Touches what has been taken from the context's arena and is still fresh, on all threads, looking for a stop on the
/// way: gigabytes take seconds, and the first strip of a long transform would touch all of its pages at once.
Status touch_taken(Context& context);

}  // namespace decima::engine
