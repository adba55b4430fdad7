#pragma once
#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace decima::adapters {

/// What the system answered, in its words: no room is storage_full, anything else io_error. `what` names the act and
/// its object: "writing /data/blobs/factorials/10.txt".
Error system_error(std::string_view what, int number);

/// An open file or folder, closed with its owner.
class File {
 public:
  File() = default;
  File(int descriptor, std::string name) : descriptor_(descriptor), name_(std::move(name)) {}
  File(File&& other) noexcept;
  File& operator=(File&& other) noexcept;
  ~File();

  int descriptor() const { return descriptor_; }
  bool is_open() const { return descriptor_ >= 0; }
  const std::string& name() const { return name_; }  ///< for errors

  /// All of it: a short write goes on where it ended.
  Result<> write(std::string_view bytes) const;
  /// Until `into` is full or the file ends.
  Result<std::size_t> read(std::uint64_t offset, char* into, std::size_t most) const;
  /// The file's bytes, or the folder's entries, are on the disk. After an error they may be lost for good, whatever a
  /// second call says; so the file is not to be used any further.
  Result<> sync() const;
  /// Puts everything that was written to the file's filesystem on the disk, this file included.
  Result<> sync_filesystem() const;

 private:
  int descriptor_ = -1;
  std::string name_;
};

/// For reading; not_found when there is none. `path` is relative to `folder`.
Result<File> open_file(const File& folder, const std::string& path);
/// For writing; it must be new.
Result<File> create_file(const File& folder, const std::string& path);
Result<File> open_folder(const std::filesystem::path& path);
/// not_found when there is none.
Result<File> open_folder(const File& folder, const std::string& path);

/// Takes or gives back a lock as flock(2) does; it ends with the open file.
Result<> lock(const File& file, int how);

/// Makes the folder and those above it that are missing; each new one's entry is on the disk before this returns.
Result<> make_folders(const std::filesystem::path& path);

/// The names of the plain files, or of the folders, that lie in `folder`; in no order.
Result<std::vector<std::string>> files_in(const File& folder);
Result<std::vector<std::string>> folders_in(const File& folder);

}  // namespace decima::adapters
