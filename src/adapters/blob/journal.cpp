#include "adapters/blob/journal.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <map>

#include "adapters/blob/journal_text.hpp"
#include "base/log.hpp"

namespace decima::adapters {
namespace {

constexpr const char* journal_folder = ".journal";
constexpr mode_t folder_mode = 0750;
/// A file of this length is settled. Long enough that the syncs of the filesystem are rare, short enough that a start
/// after a power cut does not take long.
constexpr std::uint64_t longest_log = 8 << 20;
/// After a failure to settle, how long until the next try.
constexpr std::chrono::seconds rest_after_failure{5};

/// Names in the order of their making.
std::string log_name(std::uint64_t number) {
  char name[24];
  std::snprintf(name, sizeof name, "%020llu", static_cast<unsigned long long>(number));
  return name;
}

Result<std::vector<std::string>> logs_in(const File& folder) {
  auto names = files_in(folder);
  if (names) std::ranges::sort(*names);
  return names;
}

Result<std::string> whole(const File& file) {
  struct stat facts {};
  if (::fstat(file.descriptor(), &facts) != 0) return system_error("looking at " + file.name(), errno);
  std::string text(static_cast<std::size_t>(facts.st_size), '\0');
  const auto got = file.read(0, text.data(), text.size());
  if (!got) return got.error();
  text.resize(*got);
  return text;
}

/// What several files tell together.
class Telling {
 public:
  explicit Telling(const Journal::Redo& redo) : redo_(redo) {}

  Result<> hear(Told what, std::string_view key, std::string_view other) {
    heard_ = true;
    switch (what) {
      case Told::put:
        contents_.insert_or_assign(std::string(key), std::string(other));
        return Done{};
      case Told::drop:
        contents_.erase(std::string(key));
        return Done{};
      case Told::move:
        return move(std::string(key), std::string(other));
    }
    return Error{Code::corrupt, "a note of the blobs' journal tells what this program does not know"};
  }

  bool heard() const { return heard_; }

  Result<> put_all() const {
    for (const auto& [key, bytes] : contents_)
      if (auto put = redo_.put(key, bytes); !put) return put;
    return Done{};
  }

 private:
  Result<> move(const std::string& from, const std::string& to) {
    if (auto moved = redo_.move(from, to); !moved) return moved;
    contents_.erase(to);
    if (auto bytes = contents_.extract(from)) {
      bytes.key() = to;
      contents_.insert(std::move(bytes));
    }
    return Done{};
  }

  const Journal::Redo& redo_;
  std::map<std::string, std::string> contents_;
  bool heard_ = false;
};

}  // namespace

struct Journal::Log {
  Log(File opened, std::string named) : file(std::move(opened)), name(std::move(named)) {}

  const File file;
  const std::string name;
  std::atomic<std::uint64_t> written{0};
  std::atomic<bool> broken{false};          ///< it may end in half a note, or was not synced: nothing may follow
  std::set<std::string, std::less<>> held;  ///< guarded by the journal's mutex
  std::mutex syncing;                       ///< guards the next
  std::uint64_t synced = 0;
};

Journal::Journal(File root, File folder) : root_(std::move(root)), folder_(std::move(folder)) {}

Result<std::unique_ptr<Journal>> Journal::open(const File& root, const Redo& redo) {
  if (::mkdirat(root.descriptor(), journal_folder, folder_mode) == 0) {
    if (auto synced = root.sync(); !synced) return synced.error();
  } else if (errno != EEXIST) {
    return system_error("making " + root.name() + "/" + journal_folder, errno);
  }
  auto own_root = open_folder(root, ".");
  if (!own_root) return own_root.error();
  auto folder = open_folder(root, journal_folder);
  if (!folder) return folder.error();
  // One at a time: a file that is new and not yet locked must not look like one left behind.
  if (auto locked = lock(*folder, LOCK_EX); !locked) return locked.error();
  const auto names = logs_in(*folder);
  if (!names) return names.error();
  std::vector<std::shared_ptr<Log>> left;
  Telling telling(redo);
  for (const std::string& name : *names) {
    auto file = open_file(*folder, name);
    if (!file || !lock(*file, LOCK_EX | LOCK_NB)) continue;  // its process lives
    const auto text = whole(*file);
    if (!text) return text.error();
    const auto read = read_notes(
        *text, [&](Told what, std::string_view key, std::string_view other) { return telling.hear(what, key, other); });
    if (!read) return read.error();
    left.push_back(std::make_shared<Log>(std::move(*file), name));
  }
  if (auto put = telling.put_all(); !put) return put.error();
  std::unique_ptr<Journal> journal(new Journal(std::move(*own_root), std::move(*folder)));
  if (telling.heard())
    if (auto synced = journal->root_.sync_filesystem(); !synced) return synced.error();
  if (auto gone = journal->remove(left); !gone) return gone.error();
  auto log = journal->new_log();
  if (!log) return log.error();
  journal->current_ = std::move(*log);
  if (auto unlocked = lock(journal->folder_, LOCK_UN); !unlocked) return unlocked.error();
  journal->thread_ = std::jthread([&own = *journal](const std::stop_token& stop) { own.work(stop); });
  return journal;
}

Journal::~Journal() {
  thread_ = {};
  if (current_ && current_->written == 0) ::unlinkat(folder_.descriptor(), current_->name.c_str(), 0);
}

/// The caller holds the folder's lock, or already has a file there and is the only one who makes its next.
Result<std::shared_ptr<Journal::Log>> Journal::new_log() const {
  const auto names = logs_in(folder_);
  if (!names) return names.error();
  for (std::uint64_t number = names->empty() ? 0 : std::strtoull(names->back().c_str(), nullptr, 10) + 1;; ++number) {
    const std::string name = log_name(number);
    auto file = create_file(folder_, name);
    if (!file && ::faccessat(folder_.descriptor(), name.c_str(), F_OK, 0) == 0) continue;  // another was faster
    if (!file) return file.error();
    if (auto locked = lock(*file, LOCK_EX); !locked) return locked.error();
    if (auto synced = folder_.sync(); !synced) return synced.error();
    return std::make_shared<Log>(std::move(*file), name);
  }
}

Result<> Journal::remove(const std::vector<std::shared_ptr<Log>>& logs) const {
  for (const auto& log : logs)
    if (::unlinkat(folder_.descriptor(), log->name.c_str(), 0) != 0 && errno != ENOENT)
      return system_error("removing " + log->file.name(), errno);
  // For good: one that came back would give blobs the bytes they had once.
  return logs.empty() ? Result<>(Done{}) : folder_.sync();
}

Result<> Journal::ready() {
  const std::lock_guard lock(mutex_);
  return current_->broken ? settle_all() : Result<>(Done{});
}

Result<> Journal::settle() {
  const std::lock_guard lock(mutex_);
  return settle_all();
}

Result<> Journal::settle_all() {
  auto log = new_log();
  if (!log) return log.error();
  retired_.push_back(std::exchange(current_, std::move(*log)));
  auto settled = sync_and_remove(retired_);
  if (settled) {
    retired_.clear();
  } else {
    current_->broken = true;  // its notes would build on what may not be on the disk
  }
  return settled;
}

Result<Journal::Note> Journal::note(const std::string& text) {
  const std::string frame = framed(text);
  if (current_->broken) return Error{Code::io_error, "the blobs' journal could not be written"};
  if (auto written = current_->file.write(frame); !written) {
    current_->broken = true;
    return written.error();
  }
  return Note{current_, current_->written += frame.size()};
}

Result<> Journal::last(const Note& note) {
  Log& log = *note.log;
  const std::lock_guard lock(log.syncing);
  if (log.synced >= note.end) return Done{};
  const std::uint64_t covered = log.written;
  if (log.broken) return Error{Code::io_error, "the blobs' journal could not be written"};
  if (auto synced = log.file.sync(); !synced) {
    log.broken = true;
    return synced;
  }
  log.synced = covered;
  return Done{};
}

void Journal::drop(std::string_view key) {
  const auto erase = [key](Log& log) {
    if (const auto found = log.held.find(key); found != log.held.end()) log.held.erase(found);
  };
  erase(*current_);
  for (const auto& log : retired_) erase(*log);
}

/// A new file, when this one is long and the one before is settled. It goes on with the old one if that cannot be.
void Journal::retire_long() {
  if (current_->written < longest_log || !retired_.empty()) return;
  // Later notes build on what this one tells; they must not last longer than it.
  if (!last({current_, current_->written})) return;
  auto log = new_log();
  if (!log) return;
  retired_.push_back(std::exchange(current_, std::move(*log)));
  retired_came_.notify_one();
}

Result<> Journal::put(std::span<const core::Blob> blobs) {
  std::string text;
  for (const core::Blob& blob : blobs) tell(text, Told::put, blob.key, blob.bytes);
  const std::lock_guard lock(mutex_);
  if (auto noted = note(text); !noted) return noted.error();
  for (const core::Blob& blob : blobs) current_->held.insert(blob.key);
  return Done{};
}

Result<> Journal::moved(std::span<const core::Move> moves) {
  std::string text;
  for (const core::Move& move : moves) tell(text, Told::move, move.from, move.to);
  std::unique_lock lock(mutex_);
  const auto noted = note(text);
  if (!noted) return noted.error();
  for (const core::Move& move : moves) {
    drop(move.from);
    current_->held.insert(move.to);
  }
  lock.unlock();
  if (auto lasting = last(*noted); !lasting) return lasting;
  lock.lock();
  retire_long();
  return Done{};
}

Result<> Journal::removed(std::string_view key) {
  std::string text;
  tell(text, Told::drop, key, {});
  const std::lock_guard lock(mutex_);
  if (const auto noted = note(text); !noted) return noted.error();
  drop(key);
  return Done{};
}

bool Journal::holds(std::string_view key) const {
  const std::lock_guard lock(mutex_);
  return current_->held.contains(key) ||
         std::ranges::any_of(retired_, [key](const auto& log) { return log->held.contains(key); });
}

/// All that these tell is on the disk under its names.
Result<> Journal::sync_and_remove(const std::vector<std::shared_ptr<Log>>& logs) const {
  if (auto synced = root_.sync_filesystem(); !synced) return synced;
  return remove(logs);
}

void Journal::work(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (retired_came_.wait(lock, stop, [this] { return !retired_.empty(); })) {
    const std::vector<std::shared_ptr<Log>> logs = retired_;
    lock.unlock();
    const auto settled = sync_and_remove(logs);
    lock.lock();
    if (settled) {
      std::erase_if(retired_, [&](const auto& log) { return std::ranges::find(logs, log) != logs.end(); });
    } else {
      log::warn("journal.not_settled", {{"error", settled.error().message()}});
      retired_came_.wait_for(lock, stop, rest_after_failure, [] { return false; });
    }
  }
}

}  // namespace decima::adapters
