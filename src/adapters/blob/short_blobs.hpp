#pragma once
#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "core/blob_store.hpp"

namespace decima::adapters {

/// Short blobs as rows of one SQLite file: there a short result takes its bytes and some, and not a file, a block of
/// the disk and an entry in a folder; and many that come together are made durable by one sync.
///
/// Any thread may call. Keys are checked by the caller. An error of code corrupt means that the file is damaged where
/// the answer would lie.
class ShortBlobs {
 public:
  /// Makes the file when it is missing. One that SQLite cannot read at all is moved out of the way, under the name
  /// `<path>.damaged`, and begun anew: what was in it counts as gone.
  static Result<std::unique_ptr<ShortBlobs>> open(const std::filesystem::path& path);
  ~ShortBlobs();

  /// All of them or none; durable when it returns ok.
  Result<> put(std::span<const core::Blob> blobs);
  /// As BlobStore::read.
  Result<std::size_t> read(std::string_view key, std::uint64_t offset, std::span<char> into);
  Result<std::uint64_t> size(std::string_view key);
  /// Gives each that is there its other name, all of them or none; durable. How many there were.
  Result<std::size_t> move(std::span<const core::Move> moves);
  /// One that is not there is fine. A power cut may undo it.
  Result<> remove(std::string_view key);
  /// Adds the keys that start with `prefix` and are greater than `after`, in order, at most `limit`.
  Result<> list(std::string_view prefix, std::string_view after, std::size_t limit, std::vector<std::string>& keys);

 private:
  struct Writer;
  struct Reader;
  class Borrowed;
  ShortBlobs(std::filesystem::path path, std::unique_ptr<Writer> writer);

  Result<Borrowed> reader();

  const std::filesystem::path path_;
  std::mutex writing_;  ///< guards the next
  std::unique_ptr<Writer> writer_;
  std::mutex mutex_;  ///< guards the next
  std::vector<std::unique_ptr<Reader>> idle_;
};

}  // namespace decima::adapters
