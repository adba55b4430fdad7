#include "adapters/blob/data_folder.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>

namespace decima::adapters {
namespace {

/// The number that the lock's holder wrote; empty while it is about to.
std::string holder_of(const File& lock) {
  std::array<char, 32> text{};
  const auto length = lock.read(0, text.data(), text.size());
  return length ? std::string(text.data(), *length) : "";
}

Error in_use(const std::filesystem::path& path, const File& lock) {
  const std::string holder = holder_of(lock);
  return {Code::bad_setting, "the data folder " + path.string() + " is in use by another decima" +
                                 (holder.empty() ? "" : " (process " + holder + ")") +
                                 "; stop it, or choose another folder"};
}

}  // namespace

Result<DataFolder> lock_data_folder(const std::filesystem::path& path) {
  if (auto made = make_folders(path); !made) return made.error();
  const std::string name = (path / "lock").string();
  File lock(::open(name.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0640), name);
  if (!lock.is_open()) return system_error("opening " + name, errno);
  if (::flock(lock.descriptor(), LOCK_EX | LOCK_NB) != 0) {
    if (errno == EWOULDBLOCK) return in_use(path, lock);
    return system_error("locking " + name, errno);
  }
  if (::ftruncate(lock.descriptor(), 0) != 0) return system_error("writing " + name, errno);
  if (auto written = lock.write(std::to_string(::getpid())); !written) return written.error();
  return DataFolder(std::move(lock));
}

}  // namespace decima::adapters
