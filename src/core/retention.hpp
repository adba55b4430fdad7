#pragma once
#include <cstdint>
#include <mutex>
#include <set>
#include <vector>

#include "core/ports.hpp"

namespace decima::core {

/// Whose digits were read from the blob store since somebody looked last: kept in memory, so that to read costs no
/// write. A crash loses what a few seconds brought, which at worst evicts a result too early.
class Uses {
 public:
  void note(const Identity& identity);
  std::vector<Identity> take();

 private:
  std::mutex mutex_;
  std::set<Identity> identities_;
};

/// Finishes evictions that were begun, and all other removals on the list: the digits first, then their entries. How
/// many. One at a time may do this: of two, the slower would remove what was computed after the faster had done.
Result<std::size_t> finish_evictions(const Ports& ports);

/// Keeps the stored digits at about `bytes`: when there are more, those that were read the longest ago are evicted
/// until nine tenths are left. Every result can be computed again, and is when somebody asks for it.
class Retention {
 public:
  Retention(const Ports& ports, Uses& uses, std::uint64_t bytes) : ports_(ports), uses_(uses), bytes_(bytes) {}

  /// One round. How many results it evicted.
  Result<std::size_t> round();

 private:
  Result<std::uint64_t> kept() const;
  Result<std::size_t> evict_until(std::uint64_t kept, std::uint64_t aim);

  Ports ports_;
  Uses& uses_;
  const std::uint64_t bytes_;
};

}  // namespace decima::core
