#include "app/output_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace decima::app {
namespace {

Error failed(const std::string& name) {
  const Code code = errno == ENOSPC || errno == EDQUOT ? Code::storage_full : Code::io_error;
  return {code, name + ": " + std::strerror(errno)};
}

/// The system's names for what is open or for a device, which may be regular files too (/dev/stdout after a shell's >),
/// are not places beside which to write.
bool is_system_name(const std::string& path) { return path.starts_with("/dev/") || path.starts_with("/proc/"); }

bool regular_or_absent(const std::string& path) {
  if (is_system_name(path)) return false;
  struct stat info;
  if (stat(path.c_str(), &info) != 0) return errno == ENOENT;
  return S_ISREG(info.st_mode);
}

/// mkstemp makes files for their owner only; a result is as public as any new file.
mode_t ordinary_mode() {
  const mode_t mask = umask(0);
  umask(mask);
  return 0666 & ~mask;
}

}  // namespace

Result<> write_all(int descriptor, std::string_view piece, const std::string& name) {
  while (!piece.empty()) {
    const ssize_t written = write(descriptor, piece.data(), piece.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return failed(name);
    piece.remove_prefix(static_cast<std::size_t>(written));
  }
  return Done{};
}

Result<std::size_t> read_some(int descriptor, std::uint64_t offset, std::span<char> into, const std::string& name) {
  std::size_t got = 0;
  while (got < into.size()) {
    const ssize_t piece = pread(descriptor, into.data() + got, into.size() - got, static_cast<off_t>(offset + got));
    if (piece < 0 && errno == EINTR) continue;
    if (piece < 0) return failed(name);
    if (piece == 0) break;
    got += static_cast<std::size_t>(piece);
  }
  return got;
}

Result<std::unique_ptr<OutputFile>> OutputFile::open(const std::string& path) {
  std::string temporary;
  int descriptor;
  if (regular_or_absent(path)) {
    temporary = path + ".XXXXXX";
    descriptor = mkostemp(temporary.data(), O_CLOEXEC);
    if (descriptor >= 0 && fchmod(descriptor, ordinary_mode()) != 0) descriptor = (close(descriptor), -1);
  } else {
    descriptor = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
  }
  if (descriptor < 0) return failed(path);
  return std::unique_ptr<OutputFile>(new OutputFile(descriptor, path, std::move(temporary)));
}

OutputFile::~OutputFile() {
  close(descriptor_);
  if (staged()) unlink(temporary_.c_str());
}

Result<> OutputFile::append(std::string_view piece) { return write_all(descriptor_, piece, path_); }

Result<std::size_t> OutputFile::read(std::uint64_t offset, std::span<char> into) {
  return read_some(descriptor_, offset, into, path_);
}

Result<> OutputFile::commit() {
  if (!staged()) return Done{};
  if (fsync(descriptor_) != 0) return failed(path_);
  if (rename(temporary_.c_str(), path_.c_str()) != 0) return failed(path_);
  temporary_.clear();
  return Done{};
}

}  // namespace decima::app
