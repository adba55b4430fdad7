#pragma once
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace decima::app {

/// Where a command writes its digits. A regular file (or one that is not there yet) is written beside and renamed when
/// all is well, so that under its name stands the whole result or what stood there before; anything else, such as
/// /dev/null or a pipe, is written directly.
class OutputFile {
 public:
  static Result<std::unique_ptr<OutputFile>> open(const std::string& path);
  ~OutputFile();
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;

  Result<> append(std::string_view piece);
  /// Whether what was written can be read back and is hidden until commit.
  bool staged() const { return !temporary_.empty(); }
  Result<std::size_t> read(std::uint64_t offset, std::span<char> into);
  Result<> commit();

 private:
  OutputFile(int descriptor, std::string path, std::string temporary)
      : descriptor_(descriptor), path_(std::move(path)), temporary_(std::move(temporary)) {}

  int descriptor_;
  std::string path_;
  std::string temporary_;  ///< empty when written directly, and after commit
};

/// All of `piece`, however often the system takes less.
Result<> write_all(int descriptor, std::string_view piece, const std::string& name);
/// As much as there is from `offset` on, up to the span's size.
Result<std::size_t> read_some(int descriptor, std::uint64_t offset, std::span<char> into, const std::string& name);

}  // namespace decima::app
