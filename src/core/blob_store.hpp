#pragma once
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace decima::core {

/// Blobs up to this length are short: made in memory and put many together. Longer ones are written piece by piece.
inline constexpr std::uint64_t short_bytes = 64 << 10;

/// Takes one blob, piece by piece. Nothing is visible before commit; destroyed without it, nothing remains. After an
/// error it takes no more. Must not outlive its store.
class BlobWriter {
 public:
  virtual ~BlobWriter() = default;
  virtual Result<> append(std::string_view piece) = 0;
  /// Durable when it returns ok: a power cut after that loses nothing.
  virtual Result<> commit() = 0;
};

struct Blob {
  std::string key;
  std::string bytes;
};

struct Move {
  std::string from, to;
};

/// Keeps blobs under keys: folders of lower-case names, digits, '_', '-', '.', separated by '/'. Any thread may call
/// any method; different keys do not wait for each other.
///
/// An error at this port means: not_found, no such blob; storage_full, the caller may try again once there is room;
/// unavailable or io_error, try again later. Whatever failed left no blob half visible.
class BlobStore {
 public:
  virtual ~BlobStore() = default;
  virtual Result<std::unique_ptr<BlobWriter>> create(std::string_view key) = 0;
  /// Writes all, each whole: for many short ones together. Durable when it returns ok. An error may leave some of them
  /// there.
  virtual Result<> put_many(std::span<const Blob> blobs) = 0;
  /// Fills `into`, at most 1 MiB, from `offset` on; less only at the blob's end, 0 beyond it. Holds nothing open
  /// between calls, so a slow reader costs nothing.
  virtual Result<std::size_t> read(std::string_view key, std::uint64_t offset, std::span<char> into) = 0;
  /// Gives a blob its other name, in one step, replacing what has it. Durable, bytes and name, when it returns ok. When
  /// `from` is gone and `to` is there, an earlier try had done it: ok.
  virtual Result<> promote(std::string_view from, std::string_view to) = 0;
  /// Gives many blobs their other names, durable as one. An error may leave some of them moved, each whole.
  virtual Result<> promote_many(std::span<const Move> moves);
  /// A blob that is not there is fine.
  virtual Result<> remove(std::string_view key) = 0;
  virtual Result<std::uint64_t> size(std::string_view key) = 0;
  /// Keys that start with `prefix` and are greater than `after`, in order, at most `limit`.
  virtual Result<std::vector<std::string>> list(std::string_view prefix, std::string_view after, std::size_t limit) = 0;
  /// Where a client with access of its own finds the blob: "s3://bucket/key" or "file:///..."; empty if nowhere.
  virtual std::string url(std::string_view key) const = 0;
  virtual Result<> ping() = 0;
};

/// Where a store has no way to do many at once, it does one after the other.
inline Result<> BlobStore::promote_many(std::span<const Move> moves) {
  for (const Move& move : moves)
    if (auto promoted = promote(move.from, move.to); !promoted) return promoted;
  return Done{};
}

}  // namespace decima::core
