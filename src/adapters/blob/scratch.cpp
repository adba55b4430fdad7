#include "adapters/blob/scratch.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

namespace decima::adapters {
namespace {

constexpr const char* scratch_folder = ".scratch";
constexpr mode_t folder_mode = 0750;

/// Removes a process's folder unless that process lives.
void sweep(const File& all, const std::string& name) {
  const auto folder = open_folder(all, name);
  if (!folder || !lock(*folder, LOCK_EX | LOCK_NB)) return;
  if (const auto files = files_in(*folder))
    for (const std::string& file : *files) ::unlinkat(folder->descriptor(), file.c_str(), 0);
  ::unlinkat(all.descriptor(), name.c_str(), AT_REMOVEDIR);
}

/// The first number that no other process's folder has.
Result<std::string> make_own(const File& all) {
  for (unsigned number = 0;; ++number) {
    std::string name = std::to_string(number);
    if (::mkdirat(all.descriptor(), name.c_str(), folder_mode) == 0) return name;
    if (errno != EEXIST) return system_error("making " + all.name() + "/" + name, errno);
  }
}

}  // namespace

Draft::~Draft() {
  if (file_.is_open()) ::unlinkat(folder_->descriptor(), name_.c_str(), 0);
}

Result<> Draft::place(const File& folder, const std::string& name) {
  if (::renameat(folder_->descriptor(), name_.c_str(), folder.descriptor(), name.c_str()) != 0)
    return system_error("renaming " + file_.name() + " to " + folder.name() + "/" + name, errno);
  File placed = std::move(file_);
  return Done{};
}

Result<Scratch> Scratch::open(const File& root) {
  if (::mkdirat(root.descriptor(), scratch_folder, folder_mode) != 0 && errno != EEXIST)
    return system_error("making " + root.name() + "/" + scratch_folder, errno);
  auto all = open_folder(root, scratch_folder);
  if (!all) return all.error();
  // One at a time: a folder that is new and not yet locked must not look like one left behind.
  if (auto locked = lock(*all, LOCK_EX); !locked) return locked.error();
  const auto others = folders_in(*all);
  if (!others) return others.error();
  for (const std::string& other : *others) sweep(*all, other);
  auto name = make_own(*all);
  if (!name) return name.error();
  auto own = open_folder(*all, *name);
  if (!own) return own.error();
  if (auto locked = lock(*own, LOCK_EX); !locked) return locked.error();
  if (auto unlocked = lock(*all, LOCK_UN); !unlocked) return unlocked.error();
  return Scratch(std::move(*all), std::move(*own), std::move(*name));
}

Scratch::Scratch(Scratch&& other) noexcept
    : all_(std::move(other.all_)), own_(std::move(other.own_)), name_(std::move(other.name_)) {}

Scratch::~Scratch() {
  if (own_.is_open()) ::unlinkat(all_.descriptor(), name_.c_str(), AT_REMOVEDIR);
}

Result<Draft> Scratch::draft() {
  std::string name = std::to_string(drafts_++);
  auto file = create_file(own_, name);
  if (!file) return file.error();
  return Draft(own_, std::move(name), std::move(*file));
}

}  // namespace decima::adapters
