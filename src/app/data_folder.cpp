#include "app/data_folder.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace decima::app {
namespace {

Error failed(const std::filesystem::path& path, const std::string& why) {
  return {Code::bad_setting, "DECIMA_DATA (--data): " + path.string() + ": " + why};
}

std::string holder(int descriptor) {
  char text[32] = {};
  const ssize_t got = pread(descriptor, text, sizeof text - 1, 0);
  return got > 0 ? "process " + std::string(text, static_cast<std::size_t>(got)) : "another process";
}

}  // namespace

Result<DataFolder> DataFolder::lock(const std::filesystem::path& path) {
  std::error_code failure;
  std::filesystem::create_directories(path, failure);
  if (failure) return failed(path, failure.message());
  const int descriptor = open((path / "lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0640);
  if (descriptor < 0) return failed(path, std::strerror(errno));
  DataFolder folder(descriptor);
  if (flock(descriptor, LOCK_EX | LOCK_NB) != 0)
    return failed(path, "is in use by another decima (" + holder(descriptor) + ")");
  const std::string process = std::to_string(getpid());
  if (ftruncate(descriptor, 0) != 0 ||
      pwrite(descriptor, process.data(), process.size(), 0) != static_cast<ssize_t>(process.size()))
    return failed(path, std::strerror(errno));
  return folder;
}

DataFolder::DataFolder(DataFolder&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

DataFolder::~DataFolder() {
  if (descriptor_ >= 0) close(descriptor_);
}

}  // namespace decima::app
