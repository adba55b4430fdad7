#pragma once
#include <filesystem>

#include "adapters/blob/file.hpp"

namespace decima::adapters {

/// The folder of an embedded store, held for one process: an exclusive lock on `<folder>/lock` as long as this lives.
class DataFolder {
 public:
  explicit DataFolder(File lock) : lock_(std::move(lock)) {}

 private:
  File lock_;
};

/// Makes the folder when it is missing and locks it; bad_setting names the process that has it already.
Result<DataFolder> lock_data_folder(const std::filesystem::path& path);

}  // namespace decima::adapters
