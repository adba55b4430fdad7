#pragma once
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "core/shelf.hpp"

namespace decima::core {

/// How many bytes of results this installation keeps: in all, and of single kinds. What would be more is refused.
struct StoredLimits {
  std::uint64_t all = UINT64_MAX;
  std::map<std::string, std::uint64_t, std::less<>> kinds = {};

  bool any() const { return all != UINT64_MAX || !kinds.empty(); }
};

/// Holds the results to their limits. It counts what it lets in, above the sum that the store gave, and asks the store
/// again only when that seems too much, or after a minute: so the count is never too low but for what other processes
/// let in since. Any thread may call any method.
class Quota {
 public:
  /// Bytes by kind.
  using Bytes = std::map<std::string, std::uint64_t, std::less<>>;

  Quota(Shelf& shelf, StoredLimits limits) : shelf_(shelf), limits_(std::move(limits)) {}

  bool limited() const { return limits_.any(); }

  /// Makes room for these bytes: all of them, or none and quota_full, which says whose limit it is. To be followed by
  /// `settle`.
  Result<> reserve(const Bytes& wanted);
  /// What became of a reservation: of its bytes, these belong to jobs that were newly queued.
  void settle(const Bytes& reserved, const Bytes& queued);

 private:
  Result<> measure();
  Result<> fits(const Bytes& wanted) const;
  std::uint64_t held(std::string_view kind) const;

  Shelf& shelf_;
  const StoredLimits limits_;
  std::mutex mutex_;
  Bytes held_;      ///< what the store had, and what was queued since
  Bytes reserved_;  ///< by requests whose rows are about to be written
  std::optional<Stopwatch> measured_;
};

}  // namespace decima::core
