#pragma once
#include <sys/types.h>

#include <string>

#include "base/result.hpp"

namespace decima::adapters {

/// Where a database's file lies. SQLite goes on with a file that was removed or moved away under it, and says nothing;
/// what it commits there is gone when the program ends.
class FilePlace {
 public:
  /// Of a file that is there. A name without a file, like that of a database in memory, is always in its place.
  explicit FilePlace(std::string path);

  /// unavailable when another file, or none, has its name now.
  Result<> check() const;

 private:
  std::string path_;
  dev_t device_ = 0;
  ino_t inode_ = 0;
};

}  // namespace decima::adapters
