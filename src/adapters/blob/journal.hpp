#pragma once
#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "adapters/blob/file.hpp"
#include "base/result.hpp"
#include "core/blob_store.hpp"

namespace decima::adapters {

/// Makes many short blobs durable at the price of one sync of one file. The blobs get their names at once, in the
/// page cache only; their bytes and their moves are written here as well, and it is this file that is synced. What a
/// power cut takes from the names is done again from here at the next start. Once the file is long, another thread
/// syncs the whole filesystem, and the file is not needed any more.
///
/// Each process has files of its own, locked, in the folder `.journal`. A note is made after what it tells was done, so
/// that whatever is noted in a file is covered by a sync of the filesystem that begins after the note.
class Journal {
 public:
  /// What is done again: the first for a blob that is to have these bytes, the second for a move whose blob was on the
  /// disk before it was noted. Either may find it done.
  struct Redo {
    std::function<Result<>(std::string_view key, std::string_view bytes)> put;
    std::function<Result<>(std::string_view from, std::string_view to)> move;
  };

  /// Does again what the files of processes that are gone tell.
  static Result<std::unique_ptr<Journal>> open(const File& root, const Redo& redo);
  ~Journal();

  /// Must be asked before anything that is going to be noted is done: an earlier failure is mended first.
  Result<> ready();
  /// These have their names. They last once `moved` or `settle` returns ok after this.
  Result<> put(std::span<const core::Blob> blobs);
  /// These have changed their names, and last under them.
  Result<> moved(std::span<const core::Move> moves);
  /// Puts all that is noted on the disk under its names, and forgets it: to be asked before a blob that is held here
  /// gets other bytes without a note.
  Result<> settle();
  /// The blob was removed. Like any removal it may be undone by a power cut.
  Result<> removed(std::string_view key);

  /// Whether a start after a power cut would give this blob its bytes from here.
  bool holds(std::string_view key) const;

 private:
  struct Log;
  /// Where a note ends.
  struct Note {
    std::shared_ptr<Log> log;
    std::uint64_t end;
  };
  Journal(File root, File folder);

  Result<std::shared_ptr<Log>> new_log() const;
  Result<> remove(const std::vector<std::shared_ptr<Log>>& logs) const;
  Result<> sync_and_remove(const std::vector<std::shared_ptr<Log>>& logs) const;
  void work(const std::stop_token& stop);
  /// Until it returns ok the note may be lost.
  static Result<> last(const Note& note);

  // These want the mutex held.
  Result<Note> note(const std::string& text);
  Result<> settle_all();
  void drop(std::string_view key);
  void retire_long();

  File root_, folder_;
  mutable std::mutex mutex_;  ///< guards what follows
  std::shared_ptr<Log> current_;
  std::vector<std::shared_ptr<Log>> retired_;  ///< full or broken, and not yet settled
  std::condition_variable_any retired_came_;
  std::jthread thread_;  ///< last: it uses all of the above
};

}  // namespace decima::adapters
