#pragma once
#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>

#include "adapters/blob/file.hpp"

namespace decima::adapters {

/// A file that is being written and that nobody sees yet. Removed with its owner, unless it was placed.
class Draft {
 public:
  Draft(const File& folder, std::string name, File file)
      : folder_(&folder), name_(std::move(name)), file_(std::move(file)) {}
  Draft(Draft&&) = default;
  Draft& operator=(Draft&&) = delete;
  ~Draft();

  const File& file() const { return file_; }
  /// Moves it to its name in `folder`, replacing what has it, and closes it. The name is durable once `folder` is
  /// synced, the bytes only if the file was synced before.
  Result<> place(const File& folder, const std::string& name);

 private:
  const File* folder_;
  std::string name_;
  File file_;  ///< open as long as the draft exists
};

/// A folder for drafts, on the filesystem of the blobs so that a rename places them. Each process has one of its own
/// below `<root>/.scratch`, and a lock on it as long as it lives; whoever opens a Scratch removes those that nobody
/// has locked: what killed processes left behind.
class Scratch {
 public:
  static Result<Scratch> open(const File& root);
  Scratch(Scratch&& other) noexcept;
  Scratch& operator=(Scratch&&) = delete;
  ~Scratch();

  /// Must not outlive the Scratch, nor the Scratch be moved meanwhile.
  Result<Draft> draft();

 private:
  Scratch(File all, File own, std::string name) : all_(std::move(all)), own_(std::move(own)), name_(std::move(name)) {}

  File all_;  ///< <root>/.scratch
  File own_;
  std::string name_;
  std::atomic<std::uint64_t> drafts_{0};
};

}  // namespace decima::adapters
