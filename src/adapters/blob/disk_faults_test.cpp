// The disk store's system calls, one by one: in which order they come, and what is left when any one of them fails.
//
// The functions of the C library that change the disk are defined here once more; this program's calls go through
// them, are written down, and fail when told to. Only in the thread that asks for it.
#include <dlfcn.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdarg>
#include <optional>

#include "adapters/blob/disk.hpp"
#include "base/test_temp_folder.hpp"

namespace {

struct Watch {
  std::vector<std::string> calls;
  std::optional<std::size_t> failing;  ///< the number of the call that fails, from 0
  int error = EIO;
};
thread_local Watch* watch = nullptr;

/// Notes the call; true when it has to fail.
bool fails(std::string call) {
  if (!watch) return false;
  watch->calls.push_back(std::move(call));
  if (watch->failing != watch->calls.size() - 1) return false;
  errno = watch->error;
  return true;
}

/// The last part of an open file's path; "draft" for what lies in the scratch folder.
std::string name_of(int descriptor) {
  const auto path = std::filesystem::read_symlink("/proc/self/fd/" + std::to_string(descriptor));
  if (path.string().find(".scratch/") != std::string::npos) return "draft";
  return path.filename().string();
}

template <class Function>
Function* real(const char* name) {
  return reinterpret_cast<Function*>(::dlsym(RTLD_NEXT, name));
}

}  // namespace

extern "C" {

ssize_t write(int descriptor, const void* bytes, size_t count) {
  static const auto next = real<ssize_t(int, const void*, size_t)>("write");
  return watch && fails("write " + name_of(descriptor)) ? -1 : next(descriptor, bytes, count);
}

int fsync(int descriptor) {
  static const auto next = real<int(int)>("fsync");
  return watch && fails("fsync " + name_of(descriptor)) ? -1 : next(descriptor);
}

// SQLite's, for the file of short blobs.
int fdatasync(int descriptor) {
  static const auto next = real<int(int)>("fdatasync");
  return watch && fails("fdatasync " + name_of(descriptor)) ? -1 : next(descriptor);
}

ssize_t pwrite64(int descriptor, const void* bytes, size_t count, off64_t offset) {
  static const auto next = real<ssize_t(int, const void*, size_t, off64_t)>("pwrite64");
  return watch && fails("pwrite64 " + name_of(descriptor)) ? -1 : next(descriptor, bytes, count, offset);
}

int renameat(int from_folder, const char* from, int to_folder, const char* to) noexcept {
  static const auto next = real<int(int, const char*, int, const char*)>("renameat");
  return watch && fails("renameat " + std::string(to)) ? -1 : next(from_folder, from, to_folder, to);
}

int mkdirat(int folder, const char* path, mode_t mode) noexcept {
  static const auto next = real<int(int, const char*, mode_t)>("mkdirat");
  return watch && fails("mkdirat " + std::string(path)) ? -1 : next(folder, path, mode);
}

int openat(int folder, const char* path, int flags, ...) {
  static const auto next = real<int(int, const char*, int, ...)>("openat");
  va_list more;
  va_start(more, flags);
  const mode_t mode = va_arg(more, mode_t);
  va_end(more);
  if ((flags & O_CREAT) != 0 && watch && fails("create draft")) return -1;
  return next(folder, path, flags, mode);
}

}  // extern "C"

namespace decima::adapters {
namespace {

using Calls = std::vector<std::string>;

class DiskFaults : public testing::Test {
 protected:
  /// Runs `act` under watch; answers with the calls it made.
  template <class Act>
  Calls watched(const Act& act, std::optional<std::size_t> failing = std::nullopt, int error = EIO) {
    Watch seen{{}, failing, error};
    watch = &seen;
    act();
    watch = nullptr;
    return seen.calls;
  }

  std::string read(std::string_view key) {
    std::string into(1 << 20, '?');
    const auto got = store_->read(key, 0, into);
    if (!got) return std::string(facts(got.error().code).name);
    return into.substr(0, *got);
  }

  /// All that the store has written and not given a name yet.
  std::size_t drafts() const {
    std::size_t count = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root_ / ".scratch"))
      count += entry.is_regular_file();
    return count;
  }

  Result<> write_blob(std::string_view key, std::string_view bytes) {
    auto writer = store_->create(key);
    if (!writer) return writer.error();
    if (auto written = (*writer)->append(bytes); !written) return written;
    return (*writer)->commit();
  }

  /// What a job does with the store.
  Result<> publish(std::string_view bytes) {
    if (auto written = write_blob("staging/factorial-5/1", bytes); !written) return written;
    return store_->promote("staging/factorial-5/1", "factorials/5.txt");
  }

  const TempFolder temp_;
  const std::filesystem::path root_ = temp_ / "blobs";
  std::unique_ptr<core::BlobStore> store_ = std::move(*make_disk_blobs(root_));
};

TEST_F(DiskFaults, BytesAreSyncedBeforeTheNameAndTheNameBeforeTheAnswer) {
  EXPECT_EQ(watched([&] { EXPECT_TRUE(write_blob("factorials/5.txt", "120")); }),
            (Calls{"create draft", "write draft", "fsync draft", "mkdirat factorials", "fsync blobs", "renameat 5.txt",
                   "fsync factorials"}));
}

TEST_F(DiskFaults, FolderIsSyncedOnceInAProgramsLife) {
  ASSERT_TRUE(write_blob("factorials/5.txt", "120"));
  EXPECT_EQ(watched([&] { EXPECT_TRUE(write_blob("factorials/6.txt", "720")); }),
            (Calls{"create draft", "write draft", "fsync draft", "mkdirat factorials", "renameat 6.txt",
                   "fsync factorials"}));
}

TEST_F(DiskFaults, FolderOfAnEarlierLifeIsSyncedToo) {
  // It may have been made right before a crash, and never been synced.
  std::filesystem::create_directory(root_ / "factorials");
  const auto calls = watched([&] { EXPECT_TRUE(write_blob("factorials/5.txt", "120")); });
  EXPECT_NE(std::find(calls.begin(), calls.end(), "fsync blobs"), calls.end());
}

TEST_F(DiskFaults, FoldersOnTheWayToTheRootAreSyncedInTheOneAbove) {
  const Calls calls = watched([&] { EXPECT_TRUE(make_disk_blobs(temp_ / "above" / "deep")); });
  const Calls begin(calls.begin(), calls.begin() + std::min<std::ptrdiff_t>(2, std::ssize(calls)));
  EXPECT_EQ(begin, (Calls{"fsync " + root_.parent_path().filename().string(), "fsync above"}));
}

// A file that came back after a power cut would hide the row of the same name.
TEST_F(DiskFaults, AFileThatWouldHideAShortOneIsGoneForGood) {
  ASSERT_TRUE(write_blob("factorials/5.txt", "121"));
  const core::Blob blob[] = {{"factorials/5.txt", "120"}};
  const Calls calls = watched([&] { EXPECT_TRUE(store_->put_many(blob)); });
  ASSERT_FALSE(calls.empty());
  EXPECT_EQ(calls.back(), "fsync factorials");
  EXPECT_EQ(read("factorials/5.txt"), "120");
}

TEST_F(DiskFaults, PromoteIsSynced) {
  ASSERT_TRUE(write_blob("staging/factorial-5/1", "120"));
  ASSERT_TRUE(write_blob("factorials/4.txt", "24"));
  const auto promote = [&] { EXPECT_TRUE(store_->promote("staging/factorial-5/1", "factorials/5.txt")); };
  EXPECT_EQ(watched(promote), (Calls{"mkdirat factorials", "renameat 5.txt", "fsync factorials"}));
  EXPECT_EQ(watched(promote), (Calls{"mkdirat factorials", "fsync factorials"}))
      << "an earlier try may have ended between the two";
}

/// What is written to the file of short blobs, and then its sync.
bool is_one_commit(const Calls& calls) {
  return calls.size() > 1 && calls.back() == "fdatasync short.db-wal" &&
         std::ranges::all_of(calls.begin(), calls.end() - 1,
                             [](const std::string& call) { return call == "pwrite64 short.db-wal"; });
}

TEST_F(DiskFaults, ManyShortOnesThatArePutOrPromotedCostOneSync) {
  const core::Blob first[] = {{"a/0", "x"}};
  ASSERT_TRUE(store_->put_many(first)) << "the log's first pages, and its entry in the folder";
  const core::Blob blobs[] = {{"a/1", "1"}, {"a/2", "2"}};
  const auto put = watched([&] { EXPECT_TRUE(store_->put_many(blobs)); });
  EXPECT_TRUE(is_one_commit(put)) << testing::PrintToString(put);
  const core::Move moves[] = {{"a/1", "b/1"}, {"a/2", "b/2"}};
  const auto promoted = watched([&] { EXPECT_TRUE(store_->promote_many(moves)); });
  EXPECT_TRUE(is_one_commit(promoted)) << testing::PrintToString(promoted);
}

// A removal may be undone by a power cut; what is stored after it may not.
TEST_F(DiskFaults, AShortOneThatIsPutAfterARemovalIsSyncedAsBefore) {
  const core::Blob first[] = {{"a/0", "x"}}, second[] = {{"a/1", "y"}};
  ASSERT_TRUE(store_->put_many(first));
  ASSERT_TRUE(store_->remove("a/0"));
  const auto put = watched([&] { EXPECT_TRUE(store_->put_many(second)); });
  EXPECT_TRUE(is_one_commit(put)) << testing::PrintToString(put);
}

/// Whichever call fails: an error comes back, or all is there; nothing half is ever seen, nothing is left behind, and
/// the next try succeeds.
TEST_F(DiskFaults, AnyCallMayFail) {
  for (const int error : {EIO, ENOSPC, EDQUOT, EROFS}) {
    for (std::size_t failing = 0;; ++failing) {
      store_ = nullptr;
      std::filesystem::remove_all(root_);
      store_ = std::move(*make_disk_blobs(root_));
      std::optional<Result<>> outcome;
      const auto calls = watched([&] { outcome = publish("120"); }, failing, error);
      if (failing >= calls.size()) {
        EXPECT_TRUE(*outcome);
        break;
      }
      SCOPED_TRACE(calls[failing] + " failing, error " + std::to_string(error));
      ASSERT_FALSE(*outcome);
      const bool full = error == ENOSPC || error == EDQUOT;
      EXPECT_EQ(outcome->error().code, full ? Code::storage_full : Code::io_error);
      const std::string seen = read("factorials/5.txt");
      EXPECT_TRUE(seen == "not_found" || seen == "120") << seen;
      EXPECT_EQ(drafts(), 0u);
      EXPECT_TRUE(publish("120"));
      EXPECT_EQ(read("factorials/5.txt"), "120");
    }
  }
}

TEST_F(DiskFaults, AnyCallOfPutManyMayFail) {
  const core::Blob blobs[] = {{"a/1", "one"}, {"b/2", "two"}, {"a/3", "three"}};
  for (std::size_t failing = 0;; ++failing) {
    store_ = nullptr;
    std::filesystem::remove_all(root_);
    store_ = std::move(*make_disk_blobs(root_));
    std::optional<Result<>> outcome;
    const auto calls = watched([&] { outcome = store_->put_many(blobs); }, failing);
    if (failing >= calls.size()) break;
    SCOPED_TRACE(calls[failing] + " failing");
    EXPECT_FALSE(*outcome);
    for (const auto& blob : blobs) {
      const std::string seen = read(blob.key);
      EXPECT_TRUE(seen == "not_found" || seen == blob.bytes) << seen;
    }
    EXPECT_EQ(drafts(), 0u);
    EXPECT_TRUE(store_->put_many(blobs));
  }
}

TEST_F(DiskFaults, AnyCallOfPromoteManyMayFail) {
  const core::Blob blobs[] = {{"a/1", "one"}, {"a/2", "two"}};
  const core::Move moves[] = {{"a/1", "b/1"}, {"a/2", "b/2"}};
  for (std::size_t failing = 0;; ++failing) {
    store_ = nullptr;
    std::filesystem::remove_all(root_);
    store_ = std::move(*make_disk_blobs(root_));
    ASSERT_TRUE(store_->put_many(blobs));
    std::optional<Result<>> outcome;
    const auto calls = watched([&] { outcome = store_->promote_many(moves); }, failing);
    if (failing >= calls.size()) break;
    SCOPED_TRACE(calls[failing] + " failing");
    EXPECT_FALSE(*outcome);
    EXPECT_TRUE(store_->promote_many(moves));
    EXPECT_EQ(read("b/1") + read("b/2"), "onetwo");
  }
}

}  // namespace
}  // namespace decima::adapters
