#pragma once
#include <cstdint>
#include <stop_token>
#include <string>
#include <vector>

#include "core/ports.hpp"
#include "core/service.hpp"

namespace decima::core {

struct ScrubSettings {
  std::uint64_t bytes_per_second = 8 << 20;  ///< read at most so fast; 0: not at all
  Duration between_passes = std::chrono::hours(24);
};

/// Reads every stored result again and again, slowly, and compares it with the hashes in its row: what decays on the
/// disk is found while it can still be computed anew, and not by the one who needs it. A damaged result is set aside
/// and goes back to the queue, as if a reader had met it.
///
/// A pass goes from the newest row to the oldest and keeps its place in the store, so that a restart goes on where it
/// was. Of all processes one at a time does it.
class Scrubber {
 public:
  Scrubber(const Ports& ports, Service& service, std::string name, const ScrubSettings& settings)
      : ports_(ports), service_(service), name_(std::move(name)), settings_(settings) {}

  void run(const std::stop_token& stop);

  /// The next page is the first one.
  Result<> begin_anew();

  struct Count {
    std::uint64_t results = 0;  ///< looked at
    std::uint64_t bytes = 0;    ///< read
    std::uint64_t damaged = 0;  ///< set aside
    bool pass_ended = false;
  };
  /// Looks at the next results, as many as one page of rows shows, and keeps the place behind them.
  Result<Count> next_page(const std::stop_token& stop);

 private:
  Result<> check(const Job& job, const std::stop_token& stop, Count& count);
  Result<> read_through(const Job& job, const std::stop_token& stop, Count& count);

  Ports ports_;
  Service& service_;
  std::string name_;
  ScrubSettings settings_;
};

}  // namespace decima::core
