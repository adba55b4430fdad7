// The power is cut: what was not synced is lost, or left in rags. The program's calls are written down once; then the
// disk is made as it would be at a moment, and a new life begins on it. DECIMA_CUTS says how many, DECIMA_SEED where.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>

#include <algorithm>
#include <map>
#include <sstream>

#include "asking.hpp"
#include "power_cut.hpp"
#include "shimmed.hpp"
#include "truth.hpp"

namespace decima::faults {
namespace {

namespace fs = std::filesystem;
using testing::IsEmpty;

std::uint64_t inode_of(const fs::path& path) {
  struct stat facts {};
  return stat(path.c_str(), &facts) == 0 ? facts.st_ino : 0;
}

/// What the program had told its clients at some moment.
struct Told {
  std::vector<std::uint64_t> accepted;
  /// And when they had finished: a row that fell back, and was quickly done again, tells another time.
  std::map<std::uint64_t, std::string> done;
};

/// The moment at which the job was done; empty while it is not.
std::string finished_at(const program::Server& server, std::uint64_t n) {
  const std::string row = server.ask("/api/v1/jobs/factorial-" + std::to_string(n));
  const std::string before = R"("finished_at":")";
  const std::size_t at = row.find(before);
  if (row.find(R"("state":"done")") == row.npos || at == row.npos) return "";
  const std::size_t start = at + before.size();
  return row.substr(start, row.find('"', start) - start);
}

class PowerCut : public testing::Test {
 protected:
  /// A life that fills the store, and one in which results give way and are asked for again.
  void live() {
    live_and_store();
    if (!HasFatalFailure()) live_and_evict();
  }

  /// Asks for jobs of all sizes, some while others are under way, and marks in the log what was answered.
  void live_and_store() {
    const program::Server server(shimmed_.data(), {}, shimmed_.recording());
    root_ = inode_of(shimmed_.data());
    std::vector<std::uint64_t> open;
    for (std::uint64_t round = 0; round < 6; round++) {
      std::vector<std::uint64_t> batch;
      for (std::uint64_t i = 0; i < 20; i++) batch.push_back(100 * round + i);
      batch.push_back(18'000 + round);  // streamed
      ASSERT_TRUE(ask_for(server, batch));
      for (const std::uint64_t n : batch) mark("accepted", n);
      open.insert(open.end(), batch.begin(), batch.end());
      mark_done(server, open);
    }
    ASSERT_TRUE(ask_for(server, 300'000));  // two blocks
    mark("accepted", 300'000);
    open.push_back(300'000);
    ASSERT_TRUE(program::eventually([&] {
      mark_done(server, open);
      return open.empty();
    }));
  }

  void live_and_evict() {
    const program::Server server(shimmed_.data(), {"--retention", "400KiB"}, shimmed_.recording());
    const std::vector<std::uint64_t> wanted = {0, 101, 202, 303, 18'000, 18'001};
    ASSERT_TRUE(program::eventually([&] {
      return std::ranges::all_of(wanted, [&](std::uint64_t n) { return is_evicted(server, n); });
    })) << "a single result is as long as the quota: all others are evicted";
    std::vector<std::uint64_t> open = wanted;
    for (const std::uint64_t n : wanted) {
      mark("asked", n);  // from here on it may be queued
      server.ask("/api/v1/jobs/factorial-" + std::to_string(n) + "/digits");
    }
    ASSERT_TRUE(program::eventually([&] {
      mark_done(server, open);
      return open.empty();
    }));
  }

  static bool is_evicted(const program::Server& server, std::uint64_t n) {
    return server.ask("/api/v1/jobs/factorial-" + std::to_string(n)).find(R"("evicted_at":)") != std::string::npos;
  }

  void mark(const char* what, std::uint64_t n, const std::string& when = "") {
    add_mark(shimmed_.log(), std::string(what) + " " + std::to_string(n) + " " + when);
  }

  void mark_done(const program::Server& server, std::vector<std::uint64_t>& open) {
    std::erase_if(open, [&](std::uint64_t n) {
      const std::string when = finished_at(server, n);
      if (!when.empty()) mark("done", n, when);
      return !when.empty();
    });
  }

  /// Moments that say most: right after something was promised. And any others.
  std::vector<std::size_t> moments(const std::vector<Recorded>& log, std::uint64_t count) {
    std::vector<std::size_t> marks, chosen;
    for (std::size_t i = 0; i < log.size(); i++)
      if (log[i].kind == ShimRecord::Kind::mark) marks.push_back(i + 1);
    for (std::uint64_t i = 0; i < count; i++)
      chosen.push_back(i % 2 == 0 ? marks[chance_.below(marks.size())] : chance_.below(log.size() + 1));
    std::ranges::sort(chosen);
    return chosen;
  }

  static void hear(const Recorded& call, Told& told) {
    if (call.kind != ShimRecord::Kind::mark) return;
    std::istringstream words(call.data);
    std::string what, when;
    std::uint64_t n = 0;
    words >> what >> n >> when;
    if (what == "done") {
      told.done[n] = when;
    } else if (what == "asked") {
      told.done.erase(n);
    } else {
      told.accepted.push_back(n);
    }
  }

  void expect_kept(const fs::path& data, const Told& told) {
    const program::Server server(data);
    for (const auto& [n, when] : told.done) {
      ASSERT_EQ(finished_at(server, n), when) << "factorial-" << n << " was answered as done: " << state_of(server, n);
      if (!is_evicted(server, n)) {
        ASSERT_TRUE(digits_of(server, n) == factorial_by_gmp(n)) << n;
      }
    }
    for (const std::uint64_t n : told.accepted) {
      ASSERT_TRUE(program::eventually([&] { return state_of(server, n) == "done"; }))
          << "factorial-" << n << " was accepted: " << state_of(server, n);
      // One that is evicted is computed again for who asks.
      ASSERT_TRUE(program::eventually([&] { return digits_of(server, n) == factorial_by_gmp(n); })) << n;
    }
    EXPECT_THAT(wrong_blobs(data), IsEmpty()) << "a public name has all of its digits in the end, or is not there";
  }

  const std::uint64_t seed_ = seed();
  Chance chance_{seed_};
  Shimmed shimmed_;
  std::uint64_t root_ = 0;
};

TEST_F(PowerCut, LosesNothingThatWasAnswered) {
  SCOPED_TRACE("replay with DECIMA_SEED=" + std::to_string(seed_));
  live();
  ASSERT_FALSE(HasFatalFailure());
  const std::vector<Recorded> log = read_log(shimmed_.log());
  Disk disk(root_);
  Told told;
  std::size_t played = 0, cuts = 0;
  for (const std::size_t moment : moments(log, number_from("DECIMA_CUTS", 10))) {
    for (; played < moment; played++) {
      disk.play(log[played]);
      hear(log[played], told);
    }
    const Unsynced unsynced = cuts++ % 2 == 0 ? Unsynced::lost : Unsynced::ragged;
    SCOPED_TRACE("after call " + std::to_string(moment) + " of " + std::to_string(log.size()) +
                 (unsynced == Unsynced::lost ? ", nothing unsynced kept" : ", some of the unsynced kept"));
    const program::Folder left;
    disk.cut(left / "data", unsynced, chance_);
    expect_kept(left / "data", told);
    if (HasFatalFailure()) return;
  }
}

TEST_F(PowerCut, TheLogTellsTheWholeStory) {
  live_and_store();
  ASSERT_FALSE(HasFatalFailure());
  Disk disk(root_);
  Chance all(1);
  for (const Recorded& call : read_log(shimmed_.log())) disk.play(call);
  // As if all had been synced: what is then on the disk is what is there.
  ShimRecord::Kind const kinds[] = {ShimRecord::Kind::sync_begin, ShimRecord::Kind::sync_end};
  for (const auto kind : kinds) disk.play({kind, 0, UINT64_MAX, "", ""});
  const program::Folder left;
  disk.cut(left / "data", Unsynced::lost, all);
  std::size_t files = 0;
  for (const auto& entry : fs::recursive_directory_iterator(left / "data")) {
    if (!entry.is_regular_file()) continue;
    files++;
    const fs::path real = shimmed_.data() / fs::relative(entry.path(), left / "data");
    EXPECT_TRUE(entry.path().extension() == ".db" || !fs::exists(real) ||
                program::read_file(real) == program::read_file(entry.path()))
        << real;
  }
  EXPECT_GT(files, 6u);
}

/// What a sync was for.
enum class Synced { database, digits, folders };

/// Tells from the log what each sync was for.
class Purposes {
 public:
  explicit Purposes(std::uint64_t root) : of_{{root, Synced::folders}, {0, Synced::digits}} {}

  void hear(const Recorded& call) {
    if (call.kind == ShimRecord::Kind::make_folder) of_[call.a] = Synced::folders;
    if (call.kind == ShimRecord::Kind::create)
      of_[call.a] = call.name.starts_with("decima.db") ? Synced::database : Synced::digits;
  }
  Synced of(const Recorded& sync) const { return of_.at(sync.a); }

 private:
  std::map<std::uint64_t, Synced> of_;  ///< by inode; 0 stands for a sync of the whole filesystem
};

// The program without its syncs, as it were: should one kind of them go missing, the test above would not pass.
TEST_F(PowerCut, WouldShowThatASyncIsMissing) {
  live_and_store();
  ASSERT_FALSE(HasFatalFailure());
  const std::vector<Recorded> log = read_log(shimmed_.log());
  for (const Synced missing : {Synced::database, Synced::digits, Synced::folders}) {
    Disk disk(root_);
    Purposes purposes(root_);
    Told told;
    for (const Recorded& call : log) {
      purposes.hear(call);
      hear(call, told);
      if (call.kind != ShimRecord::Kind::sync_end || purposes.of(call) != missing) disk.play(call);
    }
    const program::Folder left;
    disk.cut(left / "data", Unsynced::lost, chance_);
    const program::Server server(left / "data");
    EXPECT_TRUE(std::ranges::any_of(told.done,
                                    [&](const auto& done) {
                                      const auto& [n, when] = done;
                                      return finished_at(server, n) != when ||
                                             (!is_evicted(server, n) && digits_of(server, n) != factorial_by_gmp(n));
                                    }))
        << "without syncs of kind " << static_cast<int>(missing);
  }
}

}  // namespace
}  // namespace decima::faults
