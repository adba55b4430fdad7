#pragma once
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "chance.hpp"
#include "shim_control.hpp"

namespace decima::faults {

/// One call as the shim wrote it down.
struct Recorded {
  ShimRecord::Kind kind{};
  std::uint64_t a = 0, b = 0;
  std::string name, data;
};
std::vector<Recorded> read_log(const std::filesystem::path& path);
/// What a test adds to the log, so that it stands in order with the program's calls.
void add_mark(const std::filesystem::path& log, const std::string& text);

/// What a power cut leaves of what was not synced.
enum class Unsynced {
  lost,    ///< nothing: the strictest disk that keeps its promises
  ragged,  ///< any of the written bytes, in sectors, and what the folders' journal has of their entries, in order
};

/// A file system that is played from a log, with a disk that knows only what was synced: the bytes of a file after its
/// fsync, a folder's entries after the folder's. A rename is on the disk as a whole, or not at all.
class Disk {
 public:
  /// `root` is the inode number of the folder that the log is about.
  explicit Disk(std::uint64_t root) : root_(root) { current_[root] = add_object(true); }

  void play(const Recorded& call);
  /// Makes what is left after the power is cut now.
  void cut(const std::filesystem::path& into, Unsynced unsynced, Chance& chance) const;

 private:
  using Object = std::size_t;
  struct Change {  ///< to a file's bytes
    std::uint64_t moment;
    bool truncates;
    std::uint64_t offset;
    std::string bytes;
  };
  struct Entries {
    std::map<std::string, Object> names;
  };
  struct Thing {
    bool folder = false;
    std::string bytes;             ///< on the disk
    std::vector<Change> unsynced;  ///< and what came after
  };
  struct Move {  ///< of a folder's entries; `from` or `to` may be none
    std::uint64_t moment;
    Object object, from, to;
    std::string old_name, new_name;
    bool makes, removes;
  };

  Object add_object(bool folder);
  Object object(std::uint64_t inode) const { return current_.at(inode); }
  void change(std::uint64_t inode, Change change);
  void move(Move move);
  void end_sync(const Recorded& call);
  static void apply(const Change& change, std::string& bytes);
  static void apply(const Move& move, std::vector<Entries>& entries);
  void write(const std::filesystem::path& at, Object folder, const std::vector<Entries>& entries, Unsynced unsynced,
             Chance& chance) const;

  std::uint64_t root_;
  std::uint64_t moment_ = 0;
  std::map<std::uint64_t, Object> current_;         ///< by inode
  std::map<std::uint64_t, std::uint64_t> syncing_;  ///< when each sync began
  std::vector<Thing> things_;
  std::vector<Entries> now_, synced_;  ///< by object: as the program sees them, and as the disk has them
  std::vector<Move> moves_;            ///< not on the disk yet
};

}  // namespace decima::faults
