#include "app/digit_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cassert>
#include <cerrno>
#include <cstring>
#include <string_view>
#include <utility>

namespace decima::app {

Result<DigitFile> DigitFile::open(const std::string& path, std::uint64_t most) {
  if (path == "-") return DigitFile("standard input", STDIN_FILENO, most);
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return Error{Code::io_error, path + ": " + std::strerror(errno)};
  // Reads on further ahead; what cannot do that, such as a pipe, says so, which is no error here.
  static_cast<void>(posix_fadvise(descriptor, 0, 0, POSIX_FADV_SEQUENTIAL));
  return DigitFile(path, descriptor, most);
}

DigitFile::DigitFile(DigitFile&& other) noexcept
    : name_(std::move(other.name_)),
      descriptor_(std::exchange(other.descriptor_, STDIN_FILENO)),
      left_(other.left_),
      begun_(other.begun_),
      ahead_(other.ahead_),
      ahead_size_(other.ahead_size_) {}

DigitFile::~DigitFile() {
  if (descriptor_ > STDIN_FILENO) close(descriptor_);
}

/// As much as there is, up to the span's size.
Result<std::size_t> DigitFile::fill(std::span<char> into) {
  std::size_t filled = 0;
  while (filled < into.size()) {
    const ssize_t got = read(descriptor_, into.data() + filled, into.size() - filled);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return Error{Code::io_error, name_ + ": " + std::strerror(errno)};
    if (got == 0) break;
    filled += static_cast<std::size_t>(got);
  }
  return filled;
}

/// The text ends with what of `ahead_` there is, which is less than two characters.
void DigitFile::drop_line_end(std::span<const char> text, std::size_t& size) {
  for (const char ending : {'\n', '\r'}) {
    if (ahead_size_ > 0) {
      if (ahead_[0] == ending) ahead_size_ = 0;
    } else if (size > 0 && text[size - 1] == ending) {
      size--;
    }
  }
}

Result<std::size_t> DigitFile::next(std::span<char> into) {
  assert(into.size() > ahead_.size());
  if (!std::exchange(begun_, true)) {
    const auto first = fill(ahead_);
    if (!first) return first.error();
    ahead_size_ = *first;
  }
  // Behind what was read before comes the rest of the span, and behind that again two characters.
  std::size_t size = ahead_size_;
  std::copy_n(ahead_.begin(), ahead_size_, into.begin());
  const auto got = fill(into.subspan(size));
  if (!got) return got.error();
  size += *got;
  const auto more = size == into.size() ? fill(ahead_) : Result<std::size_t>(0);
  if (!more) return more.error();
  ahead_size_ = *more;
  if (ahead_size_ < ahead_.size()) drop_line_end(into, size);
  size = static_cast<std::size_t>(std::min<std::uint64_t>(size, left_));
  left_ -= size;
  return size;
}

Result<std::size_t> ShownReader::operator()(std::span<char> into) {
  auto got = file_.next(into);
  read_.add(got ? *got : 0);
  return got;
}

}  // namespace decima::app
