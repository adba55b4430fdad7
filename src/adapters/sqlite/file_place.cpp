#include "adapters/sqlite/file_place.hpp"

#include <sys/stat.h>

namespace decima::adapters {

FilePlace::FilePlace(std::string path) : path_(std::move(path)) {
  struct stat facts {};
  if (::stat(path_.c_str(), &facts) != 0) return;
  device_ = facts.st_dev;
  inode_ = facts.st_ino;
}

Result<> FilePlace::check() const {
  struct stat facts {};
  if (inode_ == 0) return Done{};
  if (::stat(path_.c_str(), &facts) == 0 && facts.st_dev == device_ && facts.st_ino == inode_) return Done{};
  return Error{Code::unavailable, path_ + " was removed or moved away under the program; start it again"};
}

}  // namespace decima::adapters
