#pragma once
#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <utility>

#include "app/progress_bar.hpp"
#include "base/result.hpp"

namespace decima::app {

/// A file of somebody's that holds digits, or standard input under the name "-", read once from its start. One line's
/// end behind the last digit is none of the digits.
class DigitFile {
 public:
  /// Reads little more than so many digits, however many there are: one too many is wrong already.
  static Result<DigitFile> open(const std::string& path, std::uint64_t most);
  ~DigitFile();
  DigitFile(DigitFile&& other) noexcept;
  DigitFile& operator=(DigitFile&&) = delete;

  const std::string& name() const { return name_; }

  /// Fills the span with what comes next; less only at the end. Passes on whatever stands there, digits or not.
  Result<std::size_t> next(std::span<char> into);

 private:
  DigitFile(std::string name, int descriptor, std::uint64_t most)
      : name_(std::move(name)), descriptor_(descriptor), left_(most + 1) {}
  Result<std::size_t> fill(std::span<char> into);
  void drop_line_end(std::span<const char> text, std::size_t& size);

  std::string name_;
  int descriptor_;
  std::uint64_t left_;  ///< how many more are passed on
  bool begun_ = false;
  /// What was read beyond the text that was passed on: the end of a line can only be told from what is behind it.
  std::array<char, 2> ahead_{};
  std::size_t ahead_size_ = 0;
};

/// Reads such a file while a bar shows how far it is.
class ShownReader {
 public:
  ShownReader(DigitFile& file, std::uint64_t digits) : file_(file), bar_(read_, "reading", digits) {}

  /// As DigitFile::next.
  Result<std::size_t> operator()(std::span<char> into);
  /// What is done with the digits now that they are read.
  void phase(std::string name) { bar_.phase(std::move(name), 0); }

 private:
  DigitFile& file_;
  engine::Progress read_;
  ProgressBar bar_;
};

}  // namespace decima::app
