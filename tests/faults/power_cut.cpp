#include "power_cut.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <fstream>
#include <stdexcept>

namespace decima::faults {
namespace {

namespace fs = std::filesystem;
using Kind = ShimRecord::Kind;

constexpr std::size_t none = SIZE_MAX;
constexpr std::uint64_t sector = 512;

}  // namespace

std::vector<Recorded> read_log(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::vector<Recorded> log;
  ShimRecord record;
  while (file.read(reinterpret_cast<char*>(&record), sizeof record)) {
    Recorded call{record.kind, record.a, record.b, std::string(record.name_bytes, '\0'),
                  std::string(record.data_bytes, '\0')};
    file.read(call.name.data(), record.name_bytes);
    file.read(call.data.data(), static_cast<std::streamsize>(record.data_bytes));
    if (!file) break;  // the program was killed while it wrote this
    log.push_back(std::move(call));
  }
  return log;
}

void add_mark(const fs::path& log, const std::string& text) {
  ShimRecord record;
  record.kind = Kind::mark;
  record.data_bytes = text.size();
  std::string bytes(reinterpret_cast<const char*>(&record), sizeof record);
  bytes += text;
  const int file = open(log.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC);
  const bool whole = write(file, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size());
  close(file);
  if (!whole) throw std::runtime_error("the log takes no mark");
}

Disk::Object Disk::add_object(bool folder) {
  things_.push_back({folder, {}, {}});
  now_.emplace_back();
  synced_.emplace_back();
  return things_.size() - 1;
}

void Disk::play(const Recorded& call) {
  moment_++;
  switch (call.kind) {
    case Kind::create:
    case Kind::make_folder:
      current_[call.a] = add_object(call.kind == Kind::make_folder);
      move({moment_, object(call.a), none, object(call.b), "", call.name, true, false});
      break;
    case Kind::write:
      change(call.a, {moment_, false, call.b, call.data});
      break;
    case Kind::truncate:
      change(call.a, {moment_, true, call.b, ""});
      break;
    case Kind::rename: {
      const std::size_t slash = call.name.find('/');
      const std::string old_name = call.name.substr(0, slash);
      const Object from = object(call.a);
      move({moment_, now_[from].names.at(old_name), from, object(call.b), old_name, call.name.substr(slash + 1), false,
            false});
      break;
    }
    case Kind::remove: {
      const Object from = object(call.a);
      move({moment_, now_[from].names.at(call.name), from, none, call.name, "", false, true});
      break;
    }
    case Kind::sync_begin:
      syncing_[call.b] = moment_;
      break;
    case Kind::sync_end:
      end_sync(call);
      break;
    case Kind::mark:
      break;
  }
}

void Disk::change(std::uint64_t inode, Change change) { things_[object(inode)].unsynced.push_back(std::move(change)); }

void Disk::move(Move move) {
  apply(move, now_);
  moves_.push_back(std::move(move));
}

void Disk::apply(const Change& change, std::string& bytes) {
  if (change.truncates) return bytes.resize(change.offset);
  bytes.resize(std::max<std::size_t>(bytes.size(), change.offset + change.bytes.size()));
  bytes.replace(change.offset, change.bytes.size(), change.bytes);
}

void Disk::apply(const Move& move, std::vector<Entries>& entries) {
  if (move.from != none) entries[move.from].names.erase(move.old_name);
  if (move.to != none) entries[move.to].names[move.new_name] = move.object;
}

/// What began before the sync did is on the disk now: a file's bytes, or what happened to a folder's entries.
void Disk::end_sync(const Recorded& call) {
  const std::uint64_t began = syncing_.at(call.b);
  const bool all = call.a == 0;
  for (Object i = 0; i < things_.size(); i++) {
    if (!all && i != object(call.a)) continue;
    auto& waiting = things_[i].unsynced;
    const auto later = std::ranges::find_if(waiting, [&](const Change& change) { return change.moment > began; });
    for (auto at = waiting.begin(); at != later; ++at) apply(*at, things_[i].bytes);
    waiting.erase(waiting.begin(), later);
  }
  std::vector<Move> rest;
  for (Move& move : moves_) {
    const bool here = all || move.from == object(call.a) || move.to == object(call.a);
    if (here && move.moment < began) {
      apply(move, synced_);
      // Where the object came from is of no interest any more.
      std::erase_if(rest, [&](const Move& earlier) { return earlier.object == move.object; });
    } else {
      rest.push_back(std::move(move));
    }
  }
  moves_ = std::move(rest);
}

void Disk::cut(const fs::path& into, Unsynced unsynced, Chance& chance) const {
  std::vector<Entries> entries = synced_;
  if (unsynced == Unsynced::ragged)
    for (std::uint64_t i = 0, kept = chance.below(moves_.size() + 1); i < kept; i++) apply(moves_[i], entries);
  fs::create_directories(into);
  write(into, object(root_), entries, unsynced, chance);
}

void Disk::write(const fs::path& at, Object folder, const std::vector<Entries>& entries, Unsynced unsynced,
                 Chance& chance) const {
  for (const auto& [name, child] : entries[folder].names) {
    if (things_[child].folder) {
      fs::create_directory(at / name);
      write(at / name, child, entries, unsynced, chance);
      continue;
    }
    if (name.ends_with("-shm")) continue;  // memory of a process that is gone; made anew
    std::string bytes = things_[child].bytes;
    if (unsynced == Unsynced::ragged)
      for (const Change& change : things_[child].unsynced) {
        if (change.truncates && chance.one_in(2)) apply(change, bytes);
        for (std::uint64_t start = 0; !change.truncates && start < change.bytes.size(); start += sector)
          if (chance.one_in(2)) apply({0, false, change.offset + start, change.bytes.substr(start, sector)}, bytes);
      }
    std::ofstream(at / name, std::ios::binary) << bytes;
  }
}

}  // namespace decima::faults
