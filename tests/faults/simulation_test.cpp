// Thousands of worlds, each moved by a seed. DECIMA_SEED plays one again, DECIMA_SEEDS says how many there are.
#include <gtest/gtest.h>

#include "base/log.hpp"
#include "world.hpp"

namespace decima::faults {
namespace {

constexpr std::uint64_t shares = 4;  ///< cases, so that they may run side by side

class Simulation : public testing::TestWithParam<std::uint64_t> {
 protected:
  void SetUp() override { log::set_level(log::Level::off); }
  void TearDown() override { log::set_level(log::Level::info); }

  static std::string play(std::uint64_t seed) { return World(seed).run(); }
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
