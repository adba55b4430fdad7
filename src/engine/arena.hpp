#pragma once
#include <cstddef>
#include <cstdint>

namespace decima::engine {

/// Memory for computations, taken from the system once, in huge pages where there are, and kept between jobs: the
/// first touch of a fresh page costs more than the arithmetic done on it. Has a ceiling it never passes.
class Arena {
 public:
  explicit Arena(std::size_t ceiling_bytes);
  ~Arena();
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;

  std::size_t ceiling() const;
  std::size_t held() const;  ///< bytes the process holds for it now
  std::size_t peak() const;  ///< most bytes in use at once since reset_peak()
  void reset_peak();
  /// Gives everything back to the system. Only between jobs.
  void trim();
};

}  // namespace decima::engine
