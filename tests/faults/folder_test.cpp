// The data folder is damaged, gone or not to be written: the program says so, and promises nothing that it cannot keep.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include "asking.hpp"
#include "truth.hpp"

namespace decima::faults {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::StartsWith;

class DataFolder : public testing::Test {
 protected:
  program::Ended serve() const { return program::run({"serve", "--listen", "127.0.0.1:0", "--data", data_.string()}); }

  void live() const {
    program::Server server(data_);
    ASSERT_TRUE(ask_for(server, {10, 11, 12}));
    ASSERT_TRUE(program::eventually([&] { return all_done(server, {10, 11, 12}); }));
    server.process().signal(SIGTERM);
    ASSERT_EQ(server.process().wait().status, 0);
  }

  const program::Folder folder_;
  const fs::path data_ = folder_ / "data";
};

TEST_F(DataFolder, WithADatabaseThatIsDamagedIsRefusedAndToldWhatToDo) {
  live();
  const fs::path database = data_ / "decima.db";
  const std::string sound = program::read_file(database);
  std::string flipped = sound;
  for (std::size_t i = 100; i < flipped.size(); i += 97) flipped[i] = static_cast<char>(~flipped[i]);
  for (const std::string& damaged : {std::string(5'000, 'x'), sound.substr(0, sound.size() / 2), flipped}) {
    program::write_file(database, damaged);
    const program::Ended refused = serve();
    EXPECT_NE(refused.status, 0);
    EXPECT_THAT(refused.err, HasSubstr(database.string()));
    EXPECT_THAT(refused.err, HasSubstr("put a backup in its place"));
    EXPECT_EQ(program::read_file(database), damaged) << "nothing is changed";
  }
}

TEST_F(DataFolder, ThatBeginsAnewComputesWhatItHadBefore) {
  live();
  for (const char* name : {"decima.db", "decima.db-wal", "decima.db-shm"}) fs::remove(data_ / name);
  const program::Server server(data_);
  ASSERT_TRUE(ask_for(server, 11));
  EXPECT_TRUE(program::eventually([&] { return digits_of(server, 11) == factorial_by_gmp(11); }));
}

TEST_F(DataFolder, ThatIsRemovedUnderTheServerMakesItNotReadyAndItEnds) {
  program::Server server(data_);
  EXPECT_THAT(server.ask("/ready"), StartsWith("HTTP/1.1 200"));
  fs::remove_all(data_);
  EXPECT_THAT(server.ask("/ready"), StartsWith("HTTP/1.1 503"));
  EXPECT_THAT(server.ask("/health"), StartsWith("HTTP/1.1 200"));
  server.process().signal(SIGTERM);
  EXPECT_EQ(server.process().wait().status, 0);
}

/// What is left of the promise that an answer with 2xx is kept, when the files are taken away under the server.
class Taken : public DataFolder, public testing::WithParamInterface<const char*> {
 protected:
  void take_away() const {
    const std::string how = GetParam();
    if (how == "removed") fs::remove_all(data_);
    if (how == "moved" || how == "replaced") fs::rename(data_, folder_ / "elsewhere");
    if (how == "replaced") fs::copy(folder_ / "elsewhere", data_, fs::copy_options::recursive);
    if (how == "without_results") fs::remove_all(data_ / "results");
  }
};

TEST_P(Taken, NothingIsPromisedThatCannotBeKept) {
  program::Server server(data_);
  ASSERT_TRUE(ask_for(server, {10, 11}));
  ASSERT_TRUE(program::eventually([&] { return all_done(server, {10, 11}); }));
  take_away();
  EXPECT_THAT(server.ask("/ready"), StartsWith("HTTP/1.1 503"));
  if (std::string(GetParam()) == "without_results") {
    // The rows are safe, and the job waits for its digits to have a place.
    ask_for(server, 500);
    EXPECT_TRUE(
        program::eventually([&] { return server.process().err().find("job.attempt_ended") != std::string::npos; }));
    EXPECT_NE(state_of(server, 500), "done");
  } else {
    EXPECT_THAT(server.ask("/api/v1/factorial", R"({"number":"500"})"), StartsWith("HTTP/1.1 503"));
    EXPECT_THAT(server.ask("/api/v1/jobs", R"([{"kind":"factorial","arguments":{"n":501}}])"),
                StartsWith("HTTP/1.1 503"));
    EXPECT_THAT(server.ask_with("DELETE", "/api/v1/jobs/factorial-500"), StartsWith("HTTP/1.1 503"));
  }
  server.process().signal(SIGTERM);
  EXPECT_EQ(server.process().wait().status, 0);
}

INSTANTIATE_TEST_SUITE_P(Folder, Taken, testing::Values("removed", "moved", "replaced", "without_results"),
                         [](const auto& info) { return std::string(info.param); });

// By whichever command opens it first; a server's janitor would do it as well, but later.
TEST_F(DataFolder, IsSweptOfWhatEarlierLivesHadStagedWhenItIsOpened) {
  live();
  const fs::path staged = data_ / "results" / "staging" / "factorial-8~1";
  fs::create_directories(staged.parent_path());
  program::write_file(staged, "left behind");
  ASSERT_EQ(program::run({"scrub", "--data", data_.string()}).status, 0);
  EXPECT_FALSE(fs::exists(staged));
}

TEST_F(DataFolder, ThatCannotBeMadeIsNamed) {
  program::write_file(data_, "a file");
  const program::Ended refused = serve();
  EXPECT_NE(refused.status, 0);
  EXPECT_THAT(refused.err, HasSubstr(data_.string()));
}

// What a laptop does when its lid is closed: leases run out, and nobody has crashed.
TEST_F(DataFolder, IsServedByAProcessThatStoodStillPastItsLeases) {
  program::Server server(data_, {"--lease", "1s"});
  std::vector<std::uint64_t> numbers = {2'000'000};
  for (std::uint64_t n = 0; n < 200; n++) numbers.push_back(n);
  ASSERT_TRUE(ask_for(server, numbers));
  ASSERT_TRUE(program::eventually([&] { return state_of(server, 2'000'000) == "calculating"; }));
  server.process().signal(SIGSTOP);
  const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(1'500);
  program::eventually([&] { return std::chrono::steady_clock::now() > until; });
  server.process().signal(SIGCONT);
  EXPECT_TRUE(program::eventually([&] { return all_done(server, numbers); })) << state_of(server, 2'000'000);
  EXPECT_TRUE(digits_of(server, 199) == factorial_by_gmp(199));
  EXPECT_EQ(server.process().err().find("leases_ended"), std::string::npos);
}

}  // namespace
}  // namespace decima::faults
