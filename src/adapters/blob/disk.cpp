#include "adapters/blob/disk.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <map>
#include <mutex>
#include <set>

#include "adapters/blob/keys.hpp"
#include "adapters/blob/scratch.hpp"
#include "adapters/blob/short_blobs.hpp"
#include "base/log.hpp"

namespace decima::adapters {
namespace {

using core::Blob;

constexpr mode_t folder_mode = 0750;
constexpr std::size_t read_bytes_most = std::size_t{1} << 20;
/// The file that short blobs share, a row each.
constexpr const char* short_blobs_file = "short.db";

/// Where a key lies below the root.
struct Place {
  std::string folder;
  std::string file;

  std::string path() const { return folder + "/" + file; }
};

Place place_of(std::string_view key) {
  const std::size_t slash = key.find('/');
  Place place{std::string(key.substr(0, slash)), std::string(key.substr(slash + 1))};
  std::replace(place.file.begin(), place.file.end(), '/', '~');
  return place;
}

std::string key_at(std::string_view folder, std::string file) {
  std::replace(file.begin(), file.end(), '~', '/');
  return std::string(folder) + "/" + file;
}

Result<Place> checked_place(std::string_view key) {
  if (auto good = check_key(key); !good) return good.error();
  return place_of(key);
}

/// Whether keys in this folder can start with the prefix.
bool may_hold(const std::string& folder, std::string_view prefix) {
  const std::string start = folder + "/";
  return prefix.starts_with(start) || start.starts_with(prefix);
}

/// Bytes that a URL's path may hold as they are; the rest is written in percent.
std::string url_path(std::string_view path) {
  constexpr std::string_view plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~/";
  constexpr std::string_view hex_digits = "0123456789ABCDEF";
  std::string text;
  for (const char c : path) {
    const auto byte = static_cast<unsigned char>(c);
    if (plain.find(c) != plain.npos) {
      text += c;
    } else {
      text += {'%', hex_digits[byte / 16], hex_digits[byte % 16]};
    }
  }
  return text;
}

/// The root and its folders.
class Folders {
 public:
  explicit Folders(File root) : root_(std::move(root)) {}

  const File& root() const { return root_; }
  Result<File> existing(const std::string& name) const { return open_folder(root_, name); }

  /// Makes it when it is missing. Its entry in the root is on the disk when this returns; the lock keeps a second
  /// thread from using a folder that the first has made but not yet synced.
  Result<File> lasting(const std::string& name) {
    {
      std::lock_guard lock(mutex_);
      const bool made = ::mkdirat(root_.descriptor(), name.c_str(), folder_mode) == 0;
      if (!made && errno != EEXIST) return system_error("making the folder " + root_.name() + "/" + name, errno);
      if (made || !durable_.contains(name)) {
        if (auto synced = root_.sync(); !synced) return synced.error();
        durable_.insert(name);
      }
    }
    return open_folder(root_, name);
  }

 private:
  File root_;
  std::mutex mutex_;
  std::set<std::string> durable_;
};

class DiskWriter final : public core::BlobWriter {
 public:
  DiskWriter(Folders& folders, Place place, Draft draft)
      : folders_(folders), place_(std::move(place)), draft_(std::move(draft)) {}

  Result<> append(std::string_view piece) override {
    if (broken_) return *broken_;
    return noted(draft_.file().write(piece));
  }

  Result<> commit() override {
    if (broken_) return *broken_;
    auto committed = noted(sync_and_place());
    if (committed) broken_ = Error{Code::internal, "blob " + place_.path() + " is written and committed already"};
    return committed;
  }

 private:
  /// After an error the file has a hole or was not synced; nothing may make it visible any more.
  Result<> noted(Result<> outcome) {
    if (!outcome) broken_ = outcome.error();
    return outcome;
  }

  Result<> sync_and_place() {
    if (auto synced = draft_.file().sync(); !synced) return synced;
    auto folder = folders_.lasting(place_.folder);
    if (!folder) return folder.error();
    if (auto placed = draft_.place(*folder, place_.file); !placed) return placed;
    return folder->sync();
  }

  Folders& folders_;
  const Place place_;
  Draft draft_;
  std::optional<Error> broken_;
};

class DiskBlobs final : public core::BlobStore {
 public:
  DiskBlobs(File root, Scratch scratch, std::unique_ptr<ShortBlobs> short_blobs, std::string url)
      : folders_(std::move(root)), scratch_(std::move(scratch)), short_(std::move(short_blobs)), url_(std::move(url)) {}

  Result<std::unique_ptr<core::BlobWriter>> create(std::string_view key) override {
    auto place = checked_place(key);
    if (!place) return place.error();
    auto draft = scratch_.draft();
    if (!draft) return draft.error();
    return std::unique_ptr<core::BlobWriter>(
        std::make_unique<DiskWriter>(folders_, std::move(*place), std::move(*draft)));
  }

  Result<> put_many(std::span<const Blob> blobs) override {
    std::vector<Blob> few_bytes;
    for (const Blob& blob : blobs)
      if (auto good = check_key(blob.key); !good) return good;
    for (const Blob& blob : blobs)
      if (blob.bytes.size() <= core::short_bytes) {
        few_bytes.push_back(blob);
      } else if (auto put = put_file(blob); !put) {
        return put;
      }
    return few_bytes.empty() ? Result<>(Done{}) : put_short(few_bytes);
  }

  Result<std::size_t> read(std::string_view key, std::uint64_t offset, std::span<char> into) override {
    if (into.size() > read_bytes_most) return Error{Code::invalid_argument, "one read takes at most 1 MiB"};
    auto file = open_blob(key);
    if (!file) return file.error().code == Code::not_found ? short_->read(key, offset, into) : file.error();
    if (offset > std::uint64_t{INT64_MAX} - read_bytes_most) return std::size_t{0};
    return file->read(offset, into.data(), into.size());
  }

  Result<> promote(std::string_view from, std::string_view to) override {
    const core::Move move{std::string(from), std::string(to)};
    return promote_many(std::span(&move, 1));
  }

  Result<> promote_many(std::span<const core::Move> moves) override {
    std::map<std::string, File> touched;
    std::vector<core::Move> few_bytes;
    for (const core::Move& move : moves) {
      auto source = checked_place(move.from);
      if (!source) return source.error();
      auto target = checked_place(move.to);
      if (!target) return target.error();
      const auto found = find(*source, move.from, *target, move.to);
      if (!found) return found.error();
      if (*found == Found::row) few_bytes.push_back(move);
      if (*found == Found::row || *found == Found::moved_row) continue;
      // A file that an earlier try had renamed may have been left with its folder not synced.
      auto folder = opened(touched, target->folder);
      if (!folder) return folder.error();
      if (*found == Found::moved_file) continue;
      if (auto renamed = rename(*source, **folder, target->file); !renamed) return renamed;
      if (auto gone = short_->remove(move.from); !gone) return gone;
    }
    for (const auto& [name, folder] : touched)
      if (auto synced = folder.sync(); !synced) return synced;
    return few_bytes.empty() ? Result<>(Done{}) : promote_short(few_bytes);
  }

  Result<> remove(std::string_view key) override {
    auto place = checked_place(key);
    if (!place) return place.error();
    if (auto removed = unlink(*place); !removed) return removed.error();
    auto gone = short_->remove(key);
    if (gone || gone.error().code != Code::corrupt) return gone;
    log::warn("blobs.short_file_damaged", {{"blob", key}, {"error", gone.error().message()}});
    return Done{};  // nobody can read it
  }

  Result<std::uint64_t> size(std::string_view key) override {
    auto file = open_blob(key);
    if (!file) return file.error().code == Code::not_found ? short_->size(key) : file.error();
    struct stat facts {};
    if (::fstat(file->descriptor(), &facts) != 0) return system_error("looking at " + file->name(), errno);
    return static_cast<std::uint64_t>(facts.st_size);
  }

  Result<std::vector<std::string>> list(std::string_view prefix, std::string_view after, std::size_t limit) override {
    const auto folders = folders_in(folders_.root());
    if (!folders) return folders.error();
    std::vector<std::string> keys;
    for (const std::string& name : *folders)
      if (may_hold(name, prefix))
        if (auto gathered = gather(name, prefix, after, keys); !gathered) return gathered.error();
    if (auto listed = short_->list(prefix, after, limit, keys); !listed) {
      if (listed.error().code != Code::corrupt) return listed.error();
      // Whoever sweeps or counts goes on with all that can be read.
      log::warn("blobs.short_file_damaged", {{"listing", prefix}, {"error", listed.error().message()}});
    }
    std::ranges::sort(keys);
    keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
    keys.resize(std::min(limit, keys.size()));
    return keys;
  }

  std::string url(std::string_view key) const override {
    if (!check_key(key) || !is_there(place_of(key))) return "";
    return url_ + "/" + place_of(key).path();
  }

  Result<> ping() override {
    struct stat facts {};
    if (::fstat(root(), &facts) != 0 || facts.st_nlink == 0)
      return Error{Code::io_error, "the folder " + folders_.root().name() + " was removed; start again to make it"};
    if (::faccessat(root(), ".", W_OK | X_OK, AT_EACCESS) != 0)
      return system_error("asking for the right to write in " + folders_.root().name(), errno);
    return Done{};
  }

 private:
  int root() const { return folders_.root().descriptor(); }

  Result<File> open_blob(std::string_view key) const {
    auto place = checked_place(key);
    if (!place) return place.error();
    auto file = open_file(folders_.root(), place->path());
    if (!file && file.error().code == Code::not_found) return Error{Code::not_found, "blob " + std::string(key)};
    return file;
  }

  /// The folder of this name, opened once for all that go there.
  Result<File*> opened(std::map<std::string, File>& touched, const std::string& name) {
    const auto there = touched.find(name);
    if (there != touched.end()) return &there->second;
    auto folder = folders_.lasting(name);
    if (!folder) return folder.error();
    return &touched.emplace(name, std::move(*folder)).first->second;
  }

  bool is_there(const Place& place) const {
    return ::faccessat(root(), place.path().c_str(), F_OK, AT_SYMLINK_NOFOLLOW) == 0;
  }

  /// Whether there was such a file.
  Result<bool> unlink(const Place& place) const {
    if (::unlinkat(root(), place.path().c_str(), 0) == 0) return true;
    if (errno == ENOENT) return false;
    return system_error("removing " + folders_.root().name() + "/" + place.path(), errno);
  }

  Result<> put_file(const Blob& blob) {
    auto writer = create(blob.key);
    if (!writer) return writer.error();
    if (auto written = (*writer)->append(blob.bytes); !written) return written;
    return (*writer)->commit();
  }

  /// Files that have these names would hide them.
  Result<> remove_files(std::span<const std::string> keys) {
    std::map<std::string, File> touched;
    for (const std::string& key : keys) {
      const Place place = place_of(key);
      const auto removed = unlink(place);
      if (!removed) return removed.error();
      if (!*removed) continue;
      if (auto folder = opened(touched, place.folder); !folder) return folder.error();
    }
    for (const auto& [name, folder] : touched)
      if (auto synced = folder.sync(); !synced) return synced;
    return Done{};
  }

  Result<> put_short(std::span<const Blob> blobs) {
    auto put = short_->put(blobs);
    if (!put && put.error().code == Code::corrupt) return put_around_damage(blobs);
    if (!put) return put;
    std::vector<std::string> keys;
    for (const Blob& blob : blobs) keys.push_back(blob.key);
    return remove_files(keys);
  }

  /// What belongs where the file of short blobs is damaged becomes a file of its own, and the rest goes on as before.
  Result<> put_around_damage(std::span<const Blob> blobs) {
    for (const Blob& blob : blobs) {
      auto put = short_->put(std::span(&blob, 1));
      if (!put && put.error().code == Code::corrupt) {
        log::warn("blobs.short_file_damaged", {{"blob", blob.key}, {"error", put.error().message()}});
        put = put_file(blob);
      } else if (put) {
        put = remove_files(std::span(&blob.key, 1));
      }
      if (!put) return put;
    }
    return Done{};
  }

  /// For those that are rows.
  Result<> promote_short(std::span<const core::Move> moves) {
    if (auto moved = short_->move(moves); !moved) return moved.error();
    std::vector<std::string> named;
    for (const core::Move& move : moves) named.push_back(move.to);
    return remove_files(named);
  }

  /// Where the blob to be moved is, or that an earlier try had moved it.
  enum class Found { file, row, moved_file, moved_row };
  Result<Found> find(const Place& source, std::string_view from, const Place& target, std::string_view to) {
    if (is_there(source)) return Found::file;
    const auto row = short_->size(from);
    if (row) return Found::row;
    if (row.error().code != Code::not_found) return row.error();
    if (is_there(target)) return Found::moved_file;
    const auto moved = short_->size(to);
    if (moved) return Found::moved_row;
    if (moved.error().code != Code::not_found) return moved.error();
    return Error{Code::not_found, "blob " + std::string(from)};
  }

  Result<> rename(const Place& from, const File& folder, const std::string& file) const {
    if (::renameat(root(), from.path().c_str(), folder.descriptor(), file.c_str()) == 0) return Done{};
    return system_error("renaming " + from.path() + " to " + folder.name() + "/" + file, errno);
  }

  /// Adds the keys of one folder. Names that no key could have given are somebody else's, and left alone.
  Result<> gather(const std::string& name, std::string_view prefix, std::string_view after,
                  std::vector<std::string>& keys) const {
    const auto folder = folders_.existing(name);
    if (!folder) return folder.error().code == Code::not_found ? Result<>(Done{}) : folder.error();
    auto files = files_in(*folder);
    if (!files) return files.error();
    for (std::string& file : *files)
      if (std::string key = key_at(name, std::move(file)); key > after && key.starts_with(prefix) && check_key(key))
        keys.push_back(std::move(key));
    return Done{};
  }

  Folders folders_;
  Scratch scratch_;
  const std::unique_ptr<ShortBlobs> short_;
  const std::string url_;
};

}  // namespace

Result<std::unique_ptr<core::BlobStore>> make_disk_blobs(const std::filesystem::path& root) {
  if (auto made = make_folders(root); !made) return made.error();
  auto folder = open_folder(root);
  if (!folder) return folder.error();
  auto scratch = Scratch::open(*folder);
  if (!scratch) return scratch.error();
  std::string url = "file://" + url_path(std::filesystem::absolute(root).lexically_normal().string());
  auto few_bytes = ShortBlobs::open(root / short_blobs_file);
  if (!few_bytes) return few_bytes.error();
  return std::unique_ptr<core::BlobStore>(
      std::make_unique<DiskBlobs>(std::move(*folder), std::move(*scratch), std::move(*few_bytes), std::move(url)));
}

}  // namespace decima::adapters
