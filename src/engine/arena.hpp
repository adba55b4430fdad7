#pragma once
#include <cstddef>
#include <cstdint>
#include <span>

namespace decima::engine {

/// Memory for computations, taken from the system once, in huge pages where there are, and kept between jobs: the
/// first touch of a fresh page costs more than the arithmetic done on it. Has a ceiling that it never passes.
///
/// It is a stack: `take` moves the top up, `rewind` moves it back. One thread at a time owns it; work that splits over
/// threads takes its spans before it splits, and each part may lay an arena of its own inside its span.
class Arena {
 public:
  explicit Arena(std::size_t ceiling_bytes);
  /// An arena inside a span of another one, for one thread's part of a job. It never touches the system.
  explicit Arena(std::span<std::uint64_t> lent);
  ~Arena();
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;

  /// `count` words, aligned to 64 bytes, of unspecified value; an empty span when the ceiling or the machine's memory
  /// is reached (for count 0 as well, where it means nothing).
  std::span<std::uint64_t> take(std::size_t count);

  using Mark = std::size_t;
  Mark mark() const { return top_; }
  void rewind(Mark to);

  /// What has been taken and perhaps never been touched since the system gave it. The first touch of much memory takes
  /// long: whoever is about to use it touches it first, where it can look for a stop (touch.hpp), and says so.
  std::span<std::byte> untouched() const;
  void all_touched();

  std::size_t ceiling() const { return ceiling_; }
  std::size_t held() const { return held_; }  ///< bytes the process holds for it now
  std::size_t peak() const { return peak_; }  ///< most bytes in use at once since reset_peak()
  void reset_peak() { peak_ = top_; }
  /// Gives everything back to the system, what was taken and not rewound as well. Only between jobs.
  void trim();
  /// Gives back what lies behind `kept`, which was taken from here, and rewinds to its end.
  void trim_behind(std::span<const std::uint64_t> kept);

 private:
  bool hold(std::size_t bytes);
  void release_from(std::size_t offset);

  std::byte* base_ = nullptr;
  std::size_t ceiling_ = 0;
  std::size_t reserved_ = 0;  // bytes of address space that are ours; 0 when the memory is lent
  std::size_t held_ = 0;      // bytes from base_ on that may be touched
  std::size_t touched_ = 0;   // bytes from base_ on that have been touched
  std::size_t top_ = 0;
  std::size_t peak_ = 0;
};

}  // namespace decima::engine
