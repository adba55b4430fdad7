#pragma once
#include <cstddef>
#include <cstdint>

#include "base/result.hpp"

namespace decima::core {

/// How far the calculator has come, and how far it is to go.
struct Cursor {
  std::uint64_t next = 0;     ///< all factorials below it were done when it passed them
  std::uint64_t maximum = 0;  ///< the last one that is wanted
};

/// The calculator's place among the factorials. The cursor passes a number in the very transaction in which that
/// number's row becomes done, whoever finishes it; it never goes back. Each method is one atomic act, durable when it
/// returns ok; any thread may call any method. Errors mean what they mean at the job store.
class CursorStore {
 public:
  virtual ~CursorStore() = default;

  virtual Result<Cursor> cursor() = 0;
  /// Raises the maximum to `least`, and to the largest factorial up to `most` among those asked for since the last
  /// call, all of them in one batch. It never falls.
  virtual Result<Cursor> raise_maximum(std::uint64_t least, std::uint64_t most) = 0;
  /// Passes factorials that were done before their turn came, at most so many of them.
  virtual Result<Cursor> pass_done(std::size_t limit) = 0;
};

}  // namespace decima::core
