#pragma once
#include <filesystem>

#include "base/result.hpp"

namespace decima::app {

/// The folder of the embedded arrangement, held by this process alone while this lives: its SQLite store and its
/// memory queue are of one process.
class DataFolder {
 public:
  /// Makes the folder if need be. When another decima holds it, the error says which process that is.
  static Result<DataFolder> lock(const std::filesystem::path& path);
  ~DataFolder();
  DataFolder(DataFolder&& other) noexcept;
  DataFolder& operator=(DataFolder&&) = delete;

 private:
  explicit DataFolder(int descriptor) : descriptor_(descriptor) {}
  int descriptor_;  ///< of the lock file; -1 when moved from
};

}  // namespace decima::app
