// Thousands of worlds, each moved by a seed. DECIMA_SEED plays one again, DECIMA_SEEDS says how many there are.
#include <gtest/gtest.h>

#include <iostream>

#include "adapters/store/migrations.hpp"
#include "base/log.hpp"
#include "base/test_temp_folder.hpp"
#include "world.hpp"

namespace decima::faults {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t shares = 4;  ///< cases, so that they may run side by side

/// In memory, where the machine has such a folder: a simulated disk's syncs would only cost time.
class DatabaseFolder {
 public:
  DatabaseFolder() {
    const fs::path memory = "/dev/shm";
    std::string name = ((fs::exists(memory) ? memory : fs::temp_directory_path()) / "decima-world-XXXXXX").string();
    if (!mkdtemp(name.data())) throw std::runtime_error("no temporary folder");
    path_ = name;
    const SystemClock clock;
    if (!adapters::migrate_up("sqlite:" + (path_ / "empty.db").string(), clock))
      throw std::runtime_error("no migrated database");
  }
  ~DatabaseFolder() { fs::remove_all(path_); }

  fs::path fresh() const {
    for (const char* leftover : {"world.db", "world.db-wal", "world.db-shm"}) fs::remove(path_ / leftover);
    fs::copy_file(path_ / "empty.db", path_ / "world.db");
    return path_ / "world.db";
  }

 private:
  fs::path path_;
};

class Simulation : public testing::TestWithParam<std::uint64_t> {
 protected:
  void SetUp() override { log::set_level(log::Level::off); }
  void TearDown() override { log::set_level(log::Level::info); }

  std::string play(std::uint64_t seed) const { return World(seed, databases_.fresh()).run(); }

  const DatabaseFolder databases_;
};

TEST_P(Simulation, EndsWellForEverySeed) {
  if (std::getenv("DECIMA_SEED")) {
    EXPECT_EQ(play(seed()), "");
    return;
  }
  const std::uint64_t seeds = number_from("DECIMA_SEEDS", 2'000);
  for (std::uint64_t seed = GetParam(); seed < seeds; seed += shares)
    ASSERT_EQ(play(seed), "") << "replay with DECIMA_SEED=" << seed;
}

INSTANTIATE_TEST_SUITE_P(Share, Simulation, testing::Range<std::uint64_t>(0, shares));

}  // namespace
}  // namespace decima::faults
