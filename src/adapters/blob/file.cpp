#include "adapters/blob/file.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <memory>
#include <system_error>
#include <utility>

namespace decima::adapters {
namespace {

constexpr mode_t file_mode = 0640;
constexpr mode_t folder_mode = 0750;

/// Repeats a call that a signal interrupted.
template <class Call>
auto retried(Call call) {
  decltype(call()) answer;
  do {
    answer = call();
  } while (answer < 0 && errno == EINTR);
  return answer;
}

Result<File> open_at(const File& folder, const std::string& path, int flags) {
  std::string name = folder.name() + "/" + path;
  const int descriptor =
      retried([&] { return ::openat(folder.descriptor(), path.c_str(), flags | O_CLOEXEC | O_NOFOLLOW, file_mode); });
  if (descriptor >= 0) return File(descriptor, std::move(name));
  if (errno == ENOENT && (flags & O_CREAT) == 0) return Error{Code::not_found, std::move(name)};
  return system_error("opening " + name, errno);
}

/// The type of an entry, asked from the file where the folder does not say.
unsigned char type_of(const File& folder, const dirent& entry) {
  if (entry.d_type != DT_UNKNOWN) return entry.d_type;
  struct stat facts {};
  if (::fstatat(folder.descriptor(), entry.d_name, &facts, AT_SYMLINK_NOFOLLOW) != 0) return DT_UNKNOWN;
  return S_ISREG(facts.st_mode) ? DT_REG : S_ISDIR(facts.st_mode) ? DT_DIR : DT_UNKNOWN;
}

/// A stream over the folder's entries. It takes over the descriptor it reads from, so it is given one of its own.
using Entries = std::unique_ptr<DIR, int (*)(DIR*)>;
Entries entries_of(const File& folder) {
  const int own = ::openat(folder.descriptor(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  return {own < 0 ? nullptr : ::fdopendir(own), ::closedir};
}

Result<std::vector<std::string>> names_in(const File& folder, unsigned char type) {
  const Entries entries = entries_of(folder);
  if (!entries) return system_error("listing " + folder.name(), errno);
  std::vector<std::string> names;
  errno = 0;
  while (const dirent* entry = ::readdir(entries.get())) {
    const std::string_view name = entry->d_name;
    if (name != "." && name != ".." && type_of(folder, *entry) == type) names.emplace_back(name);
    errno = 0;
  }
  if (errno != 0) return system_error("listing " + folder.name(), errno);
  return names;
}

}  // namespace

Error system_error(std::string_view what, int number) {
  const Code code = number == ENOSPC || number == EDQUOT ? Code::storage_full : Code::io_error;
  return {code, std::string(what) + ": " + std::generic_category().message(number)};
}

File::File(File&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)), name_(std::move(other.name_)) {}

File& File::operator=(File&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  std::swap(name_, other.name_);
  return *this;
}

File::~File() {
  if (is_open()) ::close(descriptor_);
}

Result<> File::write(std::string_view bytes) const {
  while (!bytes.empty()) {
    const ssize_t written = retried([&] { return ::write(descriptor_, bytes.data(), bytes.size()); });
    if (written <= 0) return system_error("writing " + name_, written < 0 ? errno : EIO);
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return Done{};
}

Result<std::size_t> File::read(std::uint64_t offset, char* into, std::size_t most) const {
  std::size_t filled = 0;
  while (filled < most) {
    const auto at = static_cast<off_t>(offset + filled);
    const ssize_t got = retried([&] { return ::pread(descriptor_, into + filled, most - filled, at); });
    if (got < 0) return system_error("reading " + name_, errno);
    if (got == 0) break;
    filled += static_cast<std::size_t>(got);
  }
  return filled;
}

Result<> File::sync() const {
  if (retried([&] { return ::fsync(descriptor_); }) != 0) return system_error("syncing " + name_, errno);
  return Done{};
}

Result<> File::sync_filesystem() const {
  if (retried([&] { return ::syncfs(descriptor_); }) != 0)
    return system_error("syncing the filesystem of " + name_, errno);
  return Done{};
}

Result<File> open_file(const File& folder, const std::string& path) { return open_at(folder, path, O_RDONLY); }

Result<File> create_file(const File& folder, const std::string& path) {
  return open_at(folder, path, O_WRONLY | O_CREAT | O_EXCL);
}

Result<File> open_folder(const File& folder, const std::string& path) {
  return open_at(folder, path, O_RDONLY | O_DIRECTORY);
}

Result<File> open_folder(const std::filesystem::path& path) {
  const int descriptor = retried([&] { return ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC); });
  if (descriptor < 0) return system_error("opening " + path.string(), errno);
  return File(descriptor, path.string());
}

Result<> lock(const File& file, int how) {
  if (retried([&] { return ::flock(file.descriptor(), how); }) != 0)
    return system_error("locking " + file.name(), errno);
  return Done{};
}

Result<> make_folders(const std::filesystem::path& path) {
  std::error_code unknown;
  if (std::filesystem::is_directory(path, unknown)) return Done{};
  const auto parent = std::filesystem::absolute(path).lexically_normal().parent_path();
  if (auto made = make_folders(parent); !made) return made;
  if (::mkdir(path.c_str(), folder_mode) != 0 && errno != EEXIST)
    return system_error("making the folder " + path.string(), errno);
  auto above = open_folder(parent);
  if (!above) return above.error();
  return above->sync();
}

Result<std::vector<std::string>> files_in(const File& folder) { return names_in(folder, DT_REG); }
Result<std::vector<std::string>> folders_in(const File& folder) { return names_in(folder, DT_DIR); }

}  // namespace decima::adapters
