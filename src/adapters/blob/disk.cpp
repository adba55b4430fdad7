#include "adapters/blob/disk.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <map>
#include <mutex>
#include <set>

#include "adapters/blob/journal.hpp"
#include "adapters/blob/keys.hpp"
#include "adapters/blob/scratch.hpp"

namespace decima::adapters {
namespace {

using core::Blob;

constexpr mode_t folder_mode = 0750;
constexpr std::size_t read_bytes_most = std::size_t{1} << 20;

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

/// Before a blob gets other bytes without a note of them.
Result<> free_of_notes(Journal& journal, std::string_view key) {
  return journal.holds(key) ? journal.settle() : Result<>(Done{});
}

class DiskWriter final : public core::BlobWriter {
 public:
  DiskWriter(Folders& folders, Journal& journal, std::string key, Draft draft)
      : folders_(folders), journal_(journal), key_(std::move(key)), place_(place_of(key_)), draft_(std::move(draft)) {}

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
    if (auto free = free_of_notes(journal_, key_); !free) return free;
    if (auto placed = draft_.place(*folder, place_.file); !placed) return placed;
    return folder->sync();
  }

  Folders& folders_;
  Journal& journal_;
  const std::string key_;
  const Place place_;
  Draft draft_;
  std::optional<Error> broken_;
};

class DiskBlobs final : public core::BlobStore {
 public:
  DiskBlobs(File root, Scratch scratch, std::string url)
      : folders_(std::move(root)), scratch_(std::move(scratch)), url_(std::move(url)) {}

  /// To be called once, before anything else.
  Result<> open_journal() {
    auto journal = Journal::open(
        folders_.root(), {[this](std::string_view key, std::string_view bytes) { return put_again(key, bytes); },
                          [this](std::string_view from, std::string_view to) { return move_again(from, to); }});
    if (!journal) return journal.error();
    journal_ = std::move(*journal);
    return Done{};
  }

  Result<std::unique_ptr<core::BlobWriter>> create(std::string_view key) override {
    if (auto good = check_key(key); !good) return good.error();
    auto draft = scratch_.draft();
    if (!draft) return draft.error();
    return std::unique_ptr<core::BlobWriter>(
        std::make_unique<DiskWriter>(folders_, *journal_, std::string(key), std::move(*draft)));
  }

  Result<> put_many(std::span<const Blob> blobs) override {
    for (const Blob& blob : blobs)
      if (auto good = check_key(blob.key); !good) return good;
    if (auto ready = journal_->ready(); !ready) return ready;
    std::map<std::string, File> touched;
    for (const Blob& blob : blobs) {
      const Place place = place_of(blob.key);
      auto folder = opened(touched, place.folder);
      if (!folder) return folder.error();
      if (auto put = write_and_place(blob.bytes, **folder, place.file); !put) return put;
    }
    return blobs.empty() ? Result<>(Done{}) : journal_->put(blobs);
  }

  Result<std::size_t> read(std::string_view key, std::uint64_t offset, std::span<char> into) override {
    if (into.size() > read_bytes_most) return Error{Code::invalid_argument, "one read takes at most 1 MiB"};
    auto file = open_blob(key);
    if (!file) return file.error();
    if (offset > std::uint64_t{INT64_MAX} - read_bytes_most) return std::size_t{0};
    return file->read(offset, into.data(), into.size());
  }

  Result<> promote(std::string_view from, std::string_view to) override {
    const core::Move move{std::string(from), std::string(to)};
    return promote_many(std::span(&move, 1));
  }

  /// Renames all. Those whose bytes are noted are noted again under their new names; for the others each folder is
  /// synced once.
  Result<> promote_many(std::span<const core::Move> moves) override {
    if (auto ready = journal_->ready(); !ready) return ready;
    std::map<std::string, File> touched;
    std::set<std::string> unnoted;
    std::vector<core::Move> noted;
    for (const core::Move& move : moves) {
      auto source = checked_place(move.from);
      if (!source) return source.error();
      auto target = checked_place(move.to);
      if (!target) return target.error();
      auto folder = opened(touched, target->folder);
      if (!folder) return folder.error();
      const bool held = journal_->holds(move.from);
      if (!held && journal_->holds(move.to)) {
        if (!is_there(*source)) continue;  // an earlier try had moved it, and noted that
        if (auto settled = journal_->settle(); !settled) return settled;
      }
      if (auto moved = rename(*source, **folder, target->file); !moved) return moved;
      if (held) {
        noted.push_back(move);
      } else {
        unnoted.insert(target->folder);
      }
    }
    for (const std::string& name : unnoted)
      if (auto synced = touched.at(name).sync(); !synced) return synced;
    return noted.empty() ? Result<>(Done{}) : journal_->moved(noted);
  }

  Result<> remove(std::string_view key) override {
    auto place = checked_place(key);
    if (!place) return place.error();
    if (::unlinkat(root(), place->path().c_str(), 0) != 0 && errno != ENOENT)
      return system_error("removing " + folders_.root().name() + "/" + place->path(), errno);
    return journal_->holds(key) ? journal_->removed(key) : Result<>(Done{});
  }

  Result<std::uint64_t> size(std::string_view key) override {
    auto file = open_blob(key);
    if (!file) return file.error();
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
    const auto end = keys.begin() + static_cast<std::ptrdiff_t>(std::min(limit, keys.size()));
    std::partial_sort(keys.begin(), end, keys.end());
    keys.erase(end, keys.end());
    return keys;
  }

  std::string url(std::string_view key) const override {
    if (!check_key(key)) return "";
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

  /// Whole, and with its name; but on the disk only if the journal says so.
  Result<> write_and_place(std::string_view bytes, const File& folder, const std::string& file) {
    auto draft = scratch_.draft();
    if (!draft) return draft.error();
    if (auto written = draft->file().write(bytes); !written) return written;
    return draft->place(folder, file);
  }

  Result<> put_again(std::string_view key, std::string_view bytes) {
    const Place place = place_of(key);
    if (const auto file = open_file(folders_.root(), place.path())) {
      std::string there(bytes.size() + 1, '\0');
      const auto got = file->read(0, there.data(), there.size());
      if (got && std::string_view(there).substr(0, *got) == bytes) return Done{};
    }
    auto folder = folders_.lasting(place.folder);
    if (!folder) return folder.error();
    return write_and_place(bytes, *folder, place.file);
  }

  Result<> move_again(std::string_view from, std::string_view to) {
    const Place target = place_of(to);
    auto folder = folders_.lasting(target.folder);
    if (!folder) return folder.error();
    auto moved = rename(place_of(from), *folder, target.file);
    // Then its bytes are in the journal as well, and are put there.
    if (!moved && moved.error().code == Code::not_found) return Done{};
    return moved;
  }

  bool is_there(const Place& place) const {
    return ::faccessat(root(), place.path().c_str(), F_OK, AT_SYMLINK_NOFOLLOW) == 0;
  }

  /// When `from` is gone and the target is there, an earlier try had moved it.
  Result<> rename(const Place& from, const File& folder, const std::string& file) const {
    if (::renameat(root(), from.path().c_str(), folder.descriptor(), file.c_str()) == 0) return Done{};
    if (errno != ENOENT) return system_error("renaming " + from.path() + " to " + folder.name() + "/" + file, errno);
    if (::faccessat(folder.descriptor(), file.c_str(), F_OK, AT_SYMLINK_NOFOLLOW) == 0) return Done{};
    return Error{Code::not_found, "blob " + key_at(from.folder, from.file)};
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
  const std::string url_;
  std::unique_ptr<Journal> journal_;
};

}  // namespace

Result<std::unique_ptr<core::BlobStore>> make_disk_blobs(const std::filesystem::path& root) {
  if (auto made = make_folders(root); !made) return made.error();
  auto folder = open_folder(root);
  if (!folder) return folder.error();
  auto scratch = Scratch::open(*folder);
  if (!scratch) return scratch.error();
  std::string url = "file://" + url_path(std::filesystem::absolute(root).lexically_normal().string());
  auto blobs = std::make_unique<DiskBlobs>(std::move(*folder), std::move(*scratch), std::move(url));
  if (auto opened = blobs->open_journal(); !opened) return opened.error();
  return std::unique_ptr<core::BlobStore>(std::move(blobs));
}

}  // namespace decima::adapters
