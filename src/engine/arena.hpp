#pragma once
#include <cstddef>
#include <cstdint>
#include <span>

namespace decima::engine {

/// Memory for computations, taken from the system once, in huge pages where there are, and kept between jobs: the
/// first touch of a fresh page costs more than the arithmetic done on it. Has a ceiling that it never passes.
///
/// It is a stack: `take` moves the top up, `rewind` moves it back. One thread at a time owns it; work that splits over
/// threads takes its spans before it splits.
class Arena {
 public:
  explicit Arena(std::size_t ceiling_bytes);
  ~Arena();
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;

  /// `count` words, aligned to 64 bytes, of unspecified value; an empty span when the ceiling or the machine's memory
  /// is reached (for count 0 as well, where it means nothing).
  std::span<std::uint64_t> take(std::size_t count);

  using Mark = std::size_t;
  Mark mark() const;
  void rewind(Mark to);

  std::size_t ceiling() const;
  std::size_t held() const;  ///< bytes the process holds for it now
  std::size_t peak() const;  ///< most bytes in use at once since reset_peak()
  void reset_peak();
  /// Gives everything back to the system. Only between jobs.
  void trim();
};

}  // namespace decima::engine
