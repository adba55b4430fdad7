#pragma once
#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "core/ports.hpp"
#include "core/service.hpp"

namespace decima::core {

struct ScrubSettings {
  std::uint64_t bytes_per_second = 8 << 20;  ///< read at most so fast; 0: not at all
  Duration between_passes = std::chrono::hours(24);
  std::uint64_t page_bytes = 64 << 20;  ///< the place is kept after so many at the latest, or behind a longer result
};

/// How long to rest after each piece that was read, so that a rate is kept however short the pieces are.
class Pace {
 public:
  explicit Pace(std::uint64_t bytes_per_second) : bytes_per_second_(bytes_per_second) {}
  Duration rest_after(std::uint64_t bytes);

 private:
  std::uint64_t bytes_per_second_;
  std::uint64_t owed_ = 0;  ///< bytes times milliseconds a second, less than one millisecond's
};

/// Reads every stored result again and again, slowly, and compares it with the hashes and the certificate in its row:
/// what decays on the disk is found while it can still be computed anew, and not by the one who needs it. A damaged
/// result is set aside and goes back to the queue, as if a reader had met it.
///
/// A pass goes from the newest row to the oldest and keeps its place in the store, so that a restart goes on where it
/// was. Of all processes one at a time does it, and on one thread: that hashes faster than most disks read, and with
/// all threads, as TextPass does it, computations would wait so that the scrub may wait for its pace the longer.
class Scrubber {
 public:
  Scrubber(const Ports& ports, Service& service, std::string name, const ScrubSettings& settings)
      : ports_(ports),
        service_(service),
        name_(std::move(name)),
        settings_(settings),
        pace_(settings.bytes_per_second) {}

  void run(const std::stop_token& stop);

  /// The next page is the first one.
  Result<> begin_anew();

  struct Count {
    std::uint64_t results = 0;  ///< looked at
    std::uint64_t bytes = 0;    ///< read
    std::uint64_t damaged = 0;  ///< set aside
    std::uint64_t unreadable = 0;
    std::optional<Error> why_unreadable = {};  ///< the first of them
    bool pass_ended = false;

    /// With the page behind it.
    Count& operator+=(const Count& next);
  };
  /// Looks at the next results, as many as one page of rows shows or fill it with bytes, and keeps the place behind
  /// them. That one cannot be read is no verdict about it, nor does it keep the others waiting; the next pass tries
  /// again.
  Result<Count> next_page(const std::stop_token& stop);

 private:
  Result<> check(const Job& job, const std::stop_token& stop, Count& count);
  Result<> read_through(const Job& job, const std::stop_token& stop, Count& count);

  Ports ports_;
  Service& service_;
  std::string name_;
  ScrubSettings settings_;
  Pace pace_;
};

}  // namespace decima::core
