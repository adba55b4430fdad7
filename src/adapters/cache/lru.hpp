#pragma once
#include <cstddef>
#include <memory>

#include "base/clock.hpp"
#include "core/cache.hpp"

namespace decima::adapters {

struct LruSettings {
  std::size_t max_bytes = 0;        ///< of all entries: keys, texts and bookkeeping; 0 keeps nothing
  std::size_t max_entry_bytes = 0;  ///< a longer text is not kept
  Duration ttl = std::chrono::hours(24);
};

/// A cache in this process, where peek and get are the same. Its bound is strict, except that a text which a reader
/// still holds lives on after its eviction. It is split into shards with a lock each, and the bound is split among
/// them, so what is evicted is the least recently used of its shard. `clock` must outlive it.
std::unique_ptr<core::Cache> make_lru_cache(const LruSettings& settings, const Clock& clock);

}  // namespace decima::adapters
