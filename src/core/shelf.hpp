#pragma once
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "core/job.hpp"

namespace decima::core {

/// How many bytes of digits a kind's jobs take: those of finished results that are there, and those that jobs which
/// are queued or under way will add.
struct ShelfRoom {
  std::uint64_t kept = 0;
  std::uint64_t expected = 0;

  std::uint64_t all() const { return kept + expected; }
  bool operator==(const ShelfRoom&) const = default;
};
using ShelfRooms = std::map<std::string, ShelfRoom, std::less<>>;  ///< by kind; a kind without any may be missing

/// A finished result, as it was when somebody decided to evict it.
struct Eviction {
  Identity identity;
  Sha256 sha256{};
};

/// The finished results as things that take room: how much, and which of them go when there is not enough. Part of the
/// job store, on the same rows, with the same meaning of its errors.
///
/// To evict a result has two steps, so that a crash between them leaves nothing behind: `evict` says in the row that
/// the digits are gone and puts their removal on a list; who has removed them says so with `evicted`. A result on that
/// list cannot be restored, or the removal might take away what was computed anew.
class Shelf {
 public:
  virtual ~Shelf() = default;

  /// Looks at every row: costs time in proportion to their number.
  virtual Result<ShelfRooms> rooms() = 0;

  /// Notes that the digits of these were read now.
  virtual Result<> used(std::span<const Identity> identities) = 0;
  /// Finished results that are there, those first that were read, or if never then finished, the longest ago.
  virtual Result<std::vector<Job>> least_used(std::size_t limit) = 0;

  /// done → done and evicted: the row keeps its lengths, hashes and certificate. Answers, in order, which rows still
  /// named that result and had its digits; the others are left alone.
  virtual Result<std::vector<bool>> evict(std::span<const Eviction> evictions) = 0;
  /// The list of removals, in no special order: evicted results whose digits may still be there, and jobs that failed
  /// or were given up after an attempt that may have published digits. None of them can be claimed.
  virtual Result<std::vector<Identity>> evictions_begun(std::size_t limit) = 0;
  /// Their digits are removed.
  virtual Result<> evicted(std::span<const Identity> identities) = 0;

  /// evicted → queued, with the counters at zero. The row keeps the hash that the digits had as former_sha256, and no
  /// other will be taken. lease_lost when the row is not that of an evicted result, or not any more; unavailable while
  /// its digits are still to be removed.
  virtual Result<> restore(const Identity& identity) = 0;
};

}  // namespace decima::core
