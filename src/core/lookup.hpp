#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "base/result.hpp"
#include "core/cache.hpp"
#include "core/job.hpp"
#include "core/ports.hpp"

namespace decima::core {

/// Which results are kept in the cache: those whose first argument is below `below` and whose text is at most this
/// long.
struct CachePolicy {
  std::uint64_t below = 10'000;
  std::uint64_t longest_bytes = 64 << 10;

  bool admits(const Identity& identity, std::uint64_t bytes) const;
};

/// A finished job's digits as they lie in the blob store, handed out block by block, each checked against its hash
/// first: a damaged byte never leaves. Holds nothing open; several threads may read at once.
class CheckedText {
 public:
  /// Fetches the block hashes and checks them against the root in the row. The job must be done.
  static Result<CheckedText> open(const Ports& ports, const Job& job);

  std::uint64_t bytes() const { return stored_.bytes; }
  std::size_t block_count() const { return blocks_.size(); }
  /// Block `index`: block_bytes long, the last one shorter. Code::corrupt when it is not what was stored. It is made in
  /// the memory of `room`, say that of the block before; fresh memory for each would cost more than reading it.
  Result<std::string> block(std::size_t index, std::string room = {}) const;
  /// Code::corrupt when something lies behind the last block, where only those see it who ask the blob store
  /// themselves.
  Result<> end() const;

 private:
  CheckedText(const Ports& ports, std::string key, Stored stored, std::vector<Sha256> blocks)
      : blobs_(&ports.blobs), key_(std::move(key)), stored_(std::move(stored)), blocks_(std::move(blocks)) {}

  BlobStore* blobs_;
  std::string key_;
  Stored stored_;
  std::vector<Sha256> blocks_;
};

/// The whole text of a finished job: from the cache, or from the blob store, checked, and then into the cache if
/// `policy` admits it. For texts that fit in memory many times over; the caller looks at stored->bytes first.
Result<CachedText> whole_text(const Ports& ports, const Job& job, const CachePolicy& policy);

/// Whether the row's hash of the whole text is the one that the check's moduli were drawn from. It guards that hash
/// where the text is not seen whole.
bool certified(const Identity& identity, const Stored& stored);

/// What to do about a result that failed its check or is gone: the damaged blob is set aside, the cache forgets it and
/// the job goes back to the queue.
Result<> set_aside(const Ports& ports, const Job& job);

}  // namespace decima::core
