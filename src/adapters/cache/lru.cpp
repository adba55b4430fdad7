#include "adapters/cache/lru.hpp"

#include <algorithm>
#include <functional>
#include <list>
#include <mutex>
#include <unordered_map>
#include <vector>

namespace decima::adapters {
namespace {

using core::CachedText;

/// What an entry costs beside its key and text: a list node, a hash node with its share of the buckets, the string
/// behind the pointer and the pointer's control block, each with the allocator's header.
constexpr std::size_t entry_overhead = 256;
constexpr std::size_t most_shards = 16;

struct Entry {
  std::string key;
  CachedText text;
  Time expires;

  std::size_t cost() const { return key.capacity() + text->capacity() + entry_overhead; }
};

class Shard {
 public:
  CachedText get(std::string_view key, Time now) {
    std::lock_guard lock(mutex_);
    const auto found = index_.find(key);
    if (found == index_.end()) return nullptr;
    if (found->second->expires <= now) {
      drop(found->second);
      return nullptr;
    }
    entries_.splice(entries_.begin(), entries_, found->second);
    return found->second->text;
  }

  void put(Entry entry, std::size_t budget) {
    const std::size_t cost = entry.cost();
    std::lock_guard lock(mutex_);
    forget_locked(entry.key);
    if (cost > budget) return;
    while (used_ + cost > budget) drop(std::prev(entries_.end()));
    entries_.push_front(std::move(entry));
    index_.emplace(entries_.front().key, entries_.begin());
    used_ += cost;
  }

  void forget(std::string_view key) {
    std::lock_guard lock(mutex_);
    forget_locked(key);
  }

 private:
  using Entries = std::list<Entry>;

  void forget_locked(std::string_view key) {
    if (const auto found = index_.find(key); found != index_.end()) drop(found->second);
  }

  void drop(Entries::iterator entry) {
    used_ -= entry->cost();
    index_.erase(entry->key);
    entries_.erase(entry);
  }

  std::mutex mutex_;
  Entries entries_;                                                ///< the latest used first
  std::unordered_map<std::string_view, Entries::iterator> index_;  ///< keys lie in entries_
  std::size_t used_ = 0;
};

/// As many shards as leave each room for several of the largest entries.
std::size_t shard_count(const LruSettings& settings) {
  const std::size_t largest = settings.max_entry_bytes + 2 * entry_overhead;
  return std::clamp<std::size_t>(settings.max_bytes / (8 * largest), 1, most_shards);
}

class LruCache final : public core::Cache {
 public:
  LruCache(const LruSettings& settings, const Clock& clock)
      : settings_(settings), clock_(clock), shards_(shard_count(settings)) {}

  CachedText peek(std::string_view key) override { return shard(key).get(key, clock_.now()); }
  CachedText get(std::string_view key) override { return peek(key); }

  void put(std::string_view key, CachedText text) override {
    if (!text || text->size() > settings_.max_entry_bytes) return;
    shard(key).put({std::string(key), std::move(text), clock_.now() + settings_.ttl},
                   settings_.max_bytes / shards_.size());
  }

  void forget(std::string_view key) override { shard(key).forget(key); }

 private:
  Shard& shard(std::string_view key) { return shards_[std::hash<std::string_view>{}(key) % shards_.size()]; }

  const LruSettings settings_;
  const Clock& clock_;
  std::vector<Shard> shards_;
};

}  // namespace

std::unique_ptr<core::Cache> make_lru_cache(const LruSettings& settings, const Clock& clock) {
  return std::make_unique<LruCache>(settings, clock);
}

}  // namespace decima::adapters
