#include <fcntl.h>
#include <stdio.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <filesystem>

#include "adapters/blob/data_folder.hpp"
#include "adapters/blob/disk.hpp"
#include "adapters/cache/lru.hpp"
#include "adapters/queue/memory.hpp"
#include "adapters/store/snapshot.hpp"
#include "adapters/store/sqlite.hpp"
#include "app/command.hpp"
#include "app/local_run.hpp"
#include "app/progress_bar.hpp"
#include "app/services.hpp"
#include "base/text.hpp"
#include "core/backup.hpp"

namespace decima::app {
namespace {

namespace fs = std::filesystem;

std::string database_in(const fs::path& folder) { return "sqlite:" + (folder / "decima.db").string(); }

/// Where the copy goes. It gets that name when it is whole; until then it lies beside it, under a longer one.
class Target {
 public:
  static Result<std::unique_ptr<Target>> make(const fs::path& path, const fs::path& source) {
    std::error_code error;
    // From the root on: of a path that is not there, weakly_canonical leaves what is relative as it is.
    const fs::path whole = fs::weakly_canonical(fs::absolute(path), error);
    const fs::path within = fs::weakly_canonical(fs::absolute(source), error);
    if (error) return adapters::system_error("finding " + path.string(), error.value());
    if (std::ranges::mismatch(within, whole).in1 == within.end())
      return Error{Code::invalid_request, path.string() + " lies in the data folder itself"};
    if (fs::exists(fs::symlink_status(whole, error)))
      return Error{Code::invalid_request, path.string() + " exists already; a backup makes a folder of its own"};
    const fs::path unfinished = whole.string() + ".unfinished";
    auto lock = adapters::lock_data_folder(unfinished);
    if (!lock) return lock.error();
    auto target = std::unique_ptr<Target>(new Target(whole, unfinished, std::move(*lock)));
    target->clear();  // of one that was killed
    return target;
  }
  ~Target() {
    if (finished_) return;
    clear();
    std::error_code unable;
    fs::remove(folder_ / "lock", unable);
    fs::remove(folder_, unable);
  }
  Target(const Target&) = delete;
  Target& operator=(const Target&) = delete;

  const fs::path& folder() const { return folder_; }

  /// All that is in it is on the disk, then its name.
  Result<> finish() {
    const auto above = adapters::open_folder(whole_.parent_path());
    if (!above) return above.error();
    if (auto synced = above->sync_filesystem(); !synced) return synced;
    if (::renameat2(AT_FDCWD, folder_.c_str(), AT_FDCWD, whole_.c_str(), RENAME_NOREPLACE) != 0)
      return adapters::system_error("renaming " + folder_.string() + " to " + whole_.string(), errno);
    finished_ = true;
    return above->sync();
  }

 private:
  Target(fs::path whole, fs::path folder, adapters::DataFolder lock)
      : whole_(std::move(whole)), folder_(std::move(folder)), lock_(std::move(lock)) {}

  /// Only what a backup writes: the folder may have been somebody's.
  void clear() const {
    std::error_code unable;
    for (const char* name : {"decima.db", "decima.db-journal", "decima.db-wal", "decima.db-shm", "results"})
      fs::remove_all(folder_ / name, unable);
  }

  const fs::path whole_, folder_;
  const adapters::DataFolder lock_;
  bool finished_ = false;
};

/// The digits of all that the copied database calls done.
Result<core::BackupCount> copy_digits(const fs::path& from, const fs::path& to, const std::stop_token& stop) {
  const SystemClock clock;
  auto jobs = adapters::make_sqlite_store({.url = database_in(to)}, clock);
  if (!jobs) return jobs.error();
  auto blobs = adapters::make_disk_blobs(from / "results");
  if (!blobs) return blobs.error();
  auto copies = adapters::make_disk_blobs(to / "results");
  if (!copies) return copies.error();
  const auto no_queue = adapters::make_memory_queue(1);
  const auto no_cache = adapters::make_lru_cache({}, clock);
  const auto rooms = (*jobs)->shelf().rooms();
  if (!rooms) return rooms.error();
  std::uint64_t total = 0;
  for (const auto& [kind, room] : *rooms) total += room.kept;
  engine::Progress progress;
  const ProgressBar bar(progress, "copying", total);
  return core::copy_results({**jobs, *no_queue, **blobs, *no_cache, clock}, **copies, progress, stop);
}

void report(const core::BackupCount& count, const std::string& where) {
  std::printf("%s: %s, %s\n", where.c_str(), counted(count.results, "result").c_str(),
              counted(count.bytes, "byte").c_str());
  if (count.gone > 0)
    std::printf("without %s, evicted or lost; what is missing is computed again when somebody asks the copy\n",
                counted(count.gone, "result").c_str());
  if (count.damaged > 0)
    std::printf("without %s, damaged here; what is missing is computed again when the copy is served\n",
                counted(count.damaged, "result").c_str());
}

Result<int> run(const Invocation& invocation) {
  std::stop_source stop;
  stop_on_signal(stop);
  const auto settings = settings_of(invocation);
  if (!settings) return settings.error();
  const fs::path source = settings->text("data");
  auto target = Target::make(invocation.words.front(), source);
  if (!target) return target.error();
  // The rows first: core/backup.hpp says why.
  if (auto copied = adapters::snapshot_sqlite(store_url(*settings), database_in((*target)->folder())); !copied)
    return copied.error();
  const auto count = copy_digits(source, (*target)->folder(), stop.get_token());
  if (!count) return count.error();
  if (auto finished = (*target)->finish(); !finished) return finished.error();
  report(*count, invocation.words.front());
  return 0;
}

}  // namespace

extern const Command backup_command;
const Command backup_command = {
    .name = "backup",
    .words = "FOLDER",
    .summary = "Copy the data folder, also while a server uses it.",
    .details =
        "FOLDER is made, under that name only when the copy is whole: the database as it was at one moment, and every "
        "result that it names, each compared with its hashes. To use the copy, give it to serve as --data.",
    .least_words = 1,
    .most_words = 1,
    .options = {},
    .settings = "Storage|Watching",
    .run = run,
};

}  // namespace decima::app
