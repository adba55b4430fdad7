#include "adapters/blob/memory.hpp"

#include <algorithm>
#include <map>
#include <mutex>
#include <shared_mutex>

#include "adapters/blob/keys.hpp"

namespace decima::adapters {
namespace {

using core::Blob;

/// The blobs, and the lock over them. A blob's bytes never change once they are in.
class Shelf {
 public:
  using Bytes = std::shared_ptr<const std::string>;

  void put(std::string_view key, std::string bytes) {
    auto shared = std::make_shared<const std::string>(std::move(bytes));
    std::unique_lock lock(mutex_);
    blobs_.insert_or_assign(std::string(key), std::move(shared));
  }

  Bytes get(std::string_view key) const {
    std::shared_lock lock(mutex_);
    const auto found = blobs_.find(key);
    return found == blobs_.end() ? nullptr : found->second;
  }

  bool promote(std::string_view from, std::string_view to) {
    std::unique_lock lock(mutex_);
    const auto found = blobs_.find(from);
    if (found == blobs_.end()) return blobs_.contains(to);
    if (from == to) return true;
    blobs_.insert_or_assign(std::string(to), found->second);
    blobs_.erase(found);
    return true;
  }

  void remove(std::string_view key) {
    std::unique_lock lock(mutex_);
    if (const auto found = blobs_.find(key); found != blobs_.end()) blobs_.erase(found);
  }

  std::vector<std::string> list(std::string_view prefix, std::string_view after, std::size_t limit) const {
    std::shared_lock lock(mutex_);
    std::vector<std::string> keys;
    auto next = after < prefix ? blobs_.lower_bound(prefix) : blobs_.upper_bound(after);
    for (; next != blobs_.end() && keys.size() < limit && next->first.starts_with(prefix); ++next)
      keys.push_back(next->first);
    return keys;
  }

 private:
  mutable std::shared_mutex mutex_;
  std::map<std::string, Bytes, std::less<>> blobs_;
};

class MemoryWriter final : public core::BlobWriter {
 public:
  MemoryWriter(Shelf& shelf, std::string_view key) : shelf_(shelf), key_(key) {}

  Result<> append(std::string_view piece) override {
    bytes_ += piece;
    return Done{};
  }

  Result<> commit() override {
    shelf_.put(key_, std::move(bytes_));
    return Done{};
  }

 private:
  Shelf& shelf_;
  std::string key_;
  std::string bytes_;
};

Error absent(std::string_view key) { return {Code::not_found, "blob " + std::string(key)}; }

class MemoryBlobs final : public core::BlobStore {
 public:
  Result<std::unique_ptr<core::BlobWriter>> create(std::string_view key) override {
    if (auto good = check_key(key); !good) return good.error();
    return std::unique_ptr<core::BlobWriter>(std::make_unique<MemoryWriter>(shelf_, key));
  }

  Result<> put_many(std::span<const Blob> blobs) override {
    for (const Blob& blob : blobs)
      if (auto good = check_key(blob.key); !good) return good;
    for (const Blob& blob : blobs) shelf_.put(blob.key, blob.bytes);
    return Done{};
  }

  Result<std::size_t> read(std::string_view key, std::uint64_t offset, std::span<char> into) override {
    auto bytes = find(key);
    if (!bytes) return bytes.error();
    if (offset >= (*bytes)->size()) return std::size_t{0};
    return (*bytes)->copy(into.data(), into.size(), offset);
  }

  Result<> promote(std::string_view from, std::string_view to) override {
    if (auto good = check_key(from); !good) return good;
    if (auto good = check_key(to); !good) return good;
    if (!shelf_.promote(from, to)) return absent(from);
    return Done{};
  }

  Result<> remove(std::string_view key) override {
    if (auto good = check_key(key); !good) return good;
    shelf_.remove(key);
    return Done{};
  }

  Result<std::uint64_t> size(std::string_view key) override {
    auto bytes = find(key);
    if (!bytes) return bytes.error();
    return std::uint64_t{(*bytes)->size()};
  }

  Result<std::vector<std::string>> list(std::string_view prefix, std::string_view after, std::size_t limit) override {
    return shelf_.list(prefix, after, limit);
  }

  std::string url(std::string_view) const override { return ""; }
  Result<> ping() override { return Done{}; }

 private:
  Result<Shelf::Bytes> find(std::string_view key) const {
    if (auto good = check_key(key); !good) return good.error();
    auto bytes = shelf_.get(key);
    if (!bytes) return absent(key);
    return bytes;
  }

  Shelf shelf_;
};

}  // namespace

std::unique_ptr<core::BlobStore> make_memory_blobs() { return std::make_unique<MemoryBlobs>(); }

}  // namespace decima::adapters
