// Stands between the program and the kernel (LD_PRELOAD), for calls that change files below DECIMA_SHIM_ROOT. It writes
// them down in DECIMA_SHIM_LOG, fails those that the page DECIMA_SHIM_CONTROL names, and kills the program when a name
// that begins with DECIMA_SHIM_KILL is given to a file. What is not set is not done. Folders and files go by their
// inode numbers; which of several files with the same number is meant follows from the order of the records.
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdarg>
#include <cstdlib>
#include <mutex>
#include <string>
#include <string_view>

#include "shim_control.hpp"

namespace {

using decima::faults::ShimControl;
using decima::faults::ShimRecord;
using Kind = ShimRecord::Kind;

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

ShimControl* map_control() {
  const std::string path = variable("DECIMA_SHIM_CONTROL");
  if (path.empty()) return nullptr;
  const long file = syscall(SYS_openat, AT_FDCWD, path.c_str(), O_RDWR | O_CLOEXEC);
  void* page = mmap(nullptr, sizeof(ShimControl), PROT_READ | PROT_WRITE, MAP_SHARED, static_cast<int>(file), 0);
  return page == MAP_FAILED ? nullptr : static_cast<ShimControl*>(page);
}

int open_log() {
  const std::string path = variable("DECIMA_SHIM_LOG");
  if (path.empty()) return -1;
  return static_cast<int>(syscall(SYS_openat, AT_FDCWD, path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
}

struct Shim {
  const std::string root = variable("DECIMA_SHIM_ROOT");
  const std::string kill_at = variable("DECIMA_SHIM_KILL");
  const int log = open_log();
  ShimControl* const control = map_control();
  std::mutex mutex;  ///< held over each change and its record, so that their orders agree
  std::atomic<std::uint64_t> syncs{0};
  std::array<std::atomic<std::uint64_t>, 65536> objects{};  ///< by descriptor: the inode; 0 where it is not ours
};

Shim& shim() {
  static Shim* const one = new Shim;
  return *one;
}

std::uint64_t inode_at(int folder, const std::string& path) {
  struct stat facts {};
  return fstatat(folder, path.c_str(), &facts, AT_SYMLINK_NOFOLLOW) == 0 ? facts.st_ino : 0;
}

/// A path as the folder that it lies in and its name there; `inside` when that is below the root.
struct Place {
  std::uint64_t folder = 0;
  std::string name;
  bool inside = false;
};

std::string path_of(int descriptor) {
  char buffer[4096];
  const std::string link = "/proc/self/fd/" + std::to_string(descriptor);
  const long length = syscall(SYS_readlinkat, AT_FDCWD, link.c_str(), buffer, sizeof buffer);
  return length > 0 ? std::string(buffer, static_cast<std::size_t>(length)) : "";
}

Place place_of(int folder, const char* path) {
  const std::string_view text = path;
  const std::size_t slash = text.rfind('/');
  const std::string parent(slash == text.npos ? "." : slash == 0 ? "/" : text.substr(0, slash));
  const long opened = syscall(SYS_openat, folder, parent.c_str(), O_PATH | O_CLOEXEC);
  if (opened < 0) return {};
  Place place;
  const int descriptor = static_cast<int>(opened);
  const std::string whole = path_of(descriptor) + "/";
  place.name = slash == text.npos ? text : text.substr(slash + 1);
  place.inside = !shim().root.empty() && (whole + place.name + "/").starts_with(shim().root + "/");
  place.folder = inode_at(descriptor, ".");
  syscall(SYS_close, descriptor);
  return place;
}

std::uint64_t object_of(int descriptor) {
  return descriptor >= 0 && descriptor < 65536 ? shim().objects[static_cast<std::size_t>(descriptor)].load() : 0;
}

void note(Kind kind, std::uint64_t a, std::uint64_t b, std::string_view name = {}, std::string_view data = {}) {
  if (shim().log < 0) return;
  ShimRecord record{kind, static_cast<std::uint32_t>(name.size()), a, b, data.size()};
  const iovec parts[] = {{&record, sizeof record},
                         {const_cast<char*>(name.data()), name.size()},
                         {const_cast<char*>(data.data()), data.size()}};
  syscall(SYS_writev, shim().log, parts, 3);
}

/// Counts a writing call; whether it is one that shall fail.
bool shall_fail() {
  ShimControl* control = shim().control;
  if (!control) return false;
  const std::uint64_t number = ++control->calls;
  const std::uint64_t first = control->fail_first;
  if (first == 0 || number < first || number > control->fail_last) return false;
  control->met++;
  return true;
}

int injected() { return shim().control->error; }

/// For calls that are not writes: fails them, if they shall and the error is one.
bool refused() {
  if (!shall_fail() || injected() == 0) return false;
  errno = injected();
  return true;
}

int open_any(int folder, const char* path, int flags, mode_t mode) {
  const bool creates = (flags & O_CREAT) != 0;
  const Place place = place_of(folder, path);
  const std::lock_guard lock(shim().mutex);
  const bool was_there = !creates || !place.inside || inode_at(folder, path) != 0;
  if (!was_there && refused()) return -1;
  const int descriptor = static_cast<int>(syscall(SYS_openat, folder, path, flags, mode));
  if (descriptor < 0 || descriptor >= 65536 || !place.inside) return descriptor;
  struct stat facts {};
  fstat(descriptor, &facts);
  shim().objects[static_cast<std::size_t>(descriptor)] = facts.st_ino;
  if (!was_there) note(Kind::create, facts.st_ino, place.folder, place.name);
  if (was_there && (flags & O_TRUNC) != 0) note(Kind::truncate, facts.st_ino, 0);
  return descriptor;
}

ssize_t write_any(int descriptor, const void* bytes, std::size_t count, off_t offset, bool at_offset) {
  const auto real = [&] {
    return at_offset ? syscall(SYS_pwrite64, descriptor, bytes, count, offset)
                     : syscall(SYS_write, descriptor, bytes, count);
  };
  const std::uint64_t object = object_of(descriptor);
  if (object == 0) return real();
  const std::lock_guard lock(shim().mutex);
  if (shall_fail()) {
    if (injected() != 0) {
      errno = injected();
      return -1;
    }
    if (count > 1) count /= 2;
  }
  if (!at_offset) offset = lseek(descriptor, 0, SEEK_CUR);
  const ssize_t written = real();
  if (written > 0)
    note(Kind::write, object, static_cast<std::uint64_t>(offset), {},
         {static_cast<const char*>(bytes), static_cast<std::size_t>(written)});
  return written;
}

/// What was changed before the first record is on the disk when the second is written.
int sync_any(int descriptor, long call, bool all) {
  const std::uint64_t object = object_of(descriptor);
  if (object == 0) return static_cast<int>(syscall(call, descriptor));
  if (refused()) return -1;
  const std::uint64_t number = ++shim().syncs;
  const std::uint64_t what = all ? 0 : object;
  note(Kind::sync_begin, what, number);
  const int answer = static_cast<int>(syscall(call, descriptor));
  if (answer == 0) note(Kind::sync_end, what, number);
  return answer;
}

int rename_any(int from_folder, const char* from, int to_folder, const char* to) {
  const Place source = place_of(from_folder, from), target = place_of(to_folder, to);
  const std::lock_guard lock(shim().mutex);
  if (target.inside && !shim().kill_at.empty() && target.name.starts_with(shim().kill_at)) kill(getpid(), SIGKILL);
  if (target.inside && refused()) return -1;
  const int answer = static_cast<int>(syscall(SYS_renameat, from_folder, from, to_folder, to));
  if (answer == 0 && target.inside) note(Kind::rename, source.folder, target.folder, source.name + "/" + target.name);
  return answer;
}

int remove_any(int folder, const char* path, int flags) {
  const Place place = place_of(folder, path);
  const std::lock_guard lock(shim().mutex);
  // To remove something needs no room.
  const bool full = shim().control && injected() == ENOSPC;
  if (place.inside && !full && refused()) return -1;
  const int answer = static_cast<int>(syscall(SYS_unlinkat, folder, path, flags));
  if (answer == 0 && place.inside) note(Kind::remove, place.folder, 0, place.name);
  return answer;
}

int make_folder(int folder, const char* path, mode_t mode) {
  const Place place = place_of(folder, path);
  const std::lock_guard lock(shim().mutex);
  if (place.inside && inode_at(folder, path) == 0 && refused()) return -1;
  const int answer = static_cast<int>(syscall(SYS_mkdirat, folder, path, mode));
  if (answer == 0 && place.inside) note(Kind::make_folder, inode_at(folder, path), place.folder, place.name);
  return answer;
}

int truncate_any(int descriptor, off_t length) {
  const std::uint64_t object = object_of(descriptor);
  if (object == 0) return static_cast<int>(syscall(SYS_ftruncate, descriptor, length));
  const std::lock_guard lock(shim().mutex);
  if (refused()) return -1;
  const int answer = static_cast<int>(syscall(SYS_ftruncate, descriptor, length));
  if (answer == 0) note(Kind::truncate, object, static_cast<std::uint64_t>(length));
  return answer;
}

mode_t mode_of(int flags, va_list more) { return (flags & O_CREAT) != 0 ? va_arg(more, mode_t) : 0; }

}  // namespace

#define DECIMA_OPEN(NAME, PARAMETERS, FOLDER)   \
  int NAME PARAMETERS {                         \
    va_list more;                               \
    va_start(more, flags);                      \
    const mode_t mode = mode_of(flags, more);   \
    va_end(more);                               \
    return open_any(FOLDER, path, flags, mode); \
  }

extern "C" {
DECIMA_OPEN(open, (const char* path, int flags, ...), AT_FDCWD)
DECIMA_OPEN(open64, (const char* path, int flags, ...), AT_FDCWD)
DECIMA_OPEN(openat, (int folder, const char* path, int flags, ...), folder)
DECIMA_OPEN(openat64, (int folder, const char* path, int flags, ...), folder)

int close(int descriptor) {
  if (descriptor >= 0 && descriptor < 65536) shim().objects[static_cast<std::size_t>(descriptor)] = 0;
  return static_cast<int>(syscall(SYS_close, descriptor));
}

ssize_t write(int file, const void* bytes, std::size_t count) { return write_any(file, bytes, count, 0, false); }
ssize_t pwrite(int file, const void* bytes, std::size_t count, off_t at) {
  return write_any(file, bytes, count, at, true);
}
ssize_t pwrite64(int file, const void* bytes, std::size_t count, off_t at) {
  return write_any(file, bytes, count, at, true);
}

int fsync(int file) { return sync_any(file, SYS_fsync, false); }
int fdatasync(int file) { return sync_any(file, SYS_fdatasync, false); }
int syncfs(int file) noexcept { return sync_any(file, SYS_syncfs, true); }

int ftruncate(int file, off_t length) noexcept { return truncate_any(file, length); }
int ftruncate64(int file, off_t length) noexcept { return truncate_any(file, length); }

int rename(const char* from, const char* to) noexcept { return rename_any(AT_FDCWD, from, AT_FDCWD, to); }
int renameat(int from_folder, const char* from, int to_folder, const char* to) noexcept {
  return rename_any(from_folder, from, to_folder, to);
}
int unlink(const char* path) noexcept { return remove_any(AT_FDCWD, path, 0); }
int unlinkat(int folder, const char* path, int flags) noexcept { return remove_any(folder, path, flags); }
int rmdir(const char* path) noexcept { return remove_any(AT_FDCWD, path, AT_REMOVEDIR); }
int mkdir(const char* path, mode_t mode) noexcept { return make_folder(AT_FDCWD, path, mode); }
int mkdirat(int folder, const char* path, mode_t mode) noexcept { return make_folder(folder, path, mode); }
}
