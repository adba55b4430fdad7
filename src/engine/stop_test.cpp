// A stop is honoured soon at any size, and the progress moves steadily. No clock is asked: what counts is how many
// words a thread passes over between two looks at its token, and after one that saw the stop.
#include <gtest/gtest.h>

#include <thread>

#include "engine/factorial.hpp"
#include "engine/fibonacci.hpp"
#include "engine/multiply.hpp"
#include "engine/product_tree.hpp"
#include "engine/swing.hpp"
#include "engine/test_support.hpp"

namespace decima::engine {
namespace {

using testing::Workplace;

struct Job {
  const char* name;
  Outcome<Decimal> (*compute)(std::uint64_t, Context&);
  std::uint64_t (*work)(std::uint64_t);
  std::uint64_t n;
};

/// At ten nanoseconds a word, which no step takes on a processor of its own, these are ten milliseconds.
constexpr std::uint64_t longest_stretch = 1 << 20;

class Stop : public ::testing::TestWithParam<std::tuple<Job, unsigned>> {
 protected:
  const Job& job() const { return std::get<0>(GetParam()); }
  Workplace place_{std::get<1>(GetParam())};
};

INSTANTIATE_TEST_SUITE_P(Jobs, Stop,
                         ::testing::Combine(::testing::Values(Job{"factorial", factorial, factorial_work, 4'000'000},
                                                              Job{"fibonacci", fibonacci, fibonacci_work, 70'000'000}),
                                            ::testing::Values(1, 3)),
                         [](const auto& info) {
                           return std::string(std::get<0>(info.param).name) + "_on_" +
                                  std::to_string(std::get<1>(info.param));
                         });

TEST_P(Stop, IsHonouredWhereverItComes) {
  testing::Random random(20261121);
  for (int round = 0; round < 6; ++round) {
    const std::uint64_t when = random() % job().work(job().n);
    Workplace place(std::get<1>(GetParam()));
    stretch::looked(false);
    stretch::longest = 0;
    std::jthread stopper([&](const std::stop_token& end) {
      while (place.progress.done() < when && !end.stop_requested()) std::this_thread::yield();
      place.stopper.request_stop();
    });
    const auto result = job().compute(job().n, place.context);
    EXPECT_TRUE(result || result.status() == Status::stopped);
    place.context.stopping();
    EXPECT_LE(stretch::longest, longest_stretch) << "stopped after " << when << " units";
    EXPECT_GT(stretch::longest, longest_stretch / 100) << "nothing was counted";
  }
}

/// Follows a progress from another thread, as fast as it can.
struct Follower {
  explicit Follower(const Progress& progress)
      : thread([&, this](const std::stop_token& end) {
          for (std::uint64_t last = 0; !end.stop_requested(); std::this_thread::yield()) {
            const std::uint64_t now = progress.done();
            monotonic = monotonic && now >= last;
            last = now;
          }
        }) {}
  std::atomic<bool> monotonic{true};
  std::jthread thread;
};

TEST_P(Stop, ProgressOnlyGrowsAndEndsAtTheWork) {
  const Follower follower(place_.progress);
  ASSERT_TRUE(job().compute(job().n, place_.context));
  EXPECT_TRUE(follower.monotonic);
  EXPECT_EQ(place_.progress.done(), job().work(job().n));
}

/// What a step counts of itself before its end makes up for the rest, in thousandths of what it announced.
template <class Compute>
std::uint64_t counted(Workplace& place, std::uint64_t ticks, const Compute& compute) {
  place.progress.reset();
  place.progress.begin(2000, 2 * ticks);  // so that too much would be seen as well
  EXPECT_EQ(compute(), Status::ok);
  const std::uint64_t done = place.progress.done();
  place.progress.end();
  EXPECT_EQ(place.progress.done(), 2000U);
  return done;
}

TEST(Progress, CountsInsideLongProducts) {
  Workplace place(2);
  testing::Random random(1);
  for (const std::size_t length : {50, 3000, 30'000, 200'000}) {
    const auto a = testing::awkward_limbs(random, length), b = testing::awkward_limbs(random, length / 21 + 50);
    std::vector<std::uint64_t> out(2 * length + 100);
    const auto c = testing::awkward_limbs(random, length);
    const auto expect_all = [&](std::uint64_t done) {
      EXPECT_GE(done, 999U) << length;
      EXPECT_LE(done, 1001U) << length;
    };
    expect_all(counted(place, multiply_ticks(length, b.size()),
                       [&] { return multiply(std::span(out).first(length + b.size()), a, b, place.context); }));
    expect_all(counted(place, multiply_ticks(length, length),
                       [&] { return multiply(std::span(out).first(2 * length), a, c, place.context); }));
    expect_all(counted(place, square_ticks(length),
                       [&] { return square(std::span(out).first(2 * length), a, place.context); }));
  }
}

TEST(Progress, CountsInsideSwings) {
  for (const std::uint64_t n : {300'000, 3'000'000, 30'000'000}) {
    Workplace place(2);
    const Limbs words = place.arena.take(swing_words_most(n));
    std::size_t count = 0;
    const std::uint64_t listed =
        counted(place, swing_words_ticks(n), [&] { return swing_words(n, 1, words, count, place.context); });
    EXPECT_LE(listed, 1100U) << n;
    if (n > 1'000'000) {  // a block of primes is much of a shorter list
      EXPECT_GE(listed, 800U) << n;
    }
    const std::uint64_t multiplied = counted(place, product_of_words_ticks(count, swing_limbs(n)), [&] {
      return product_of_words(words.first(count), place.context).status();
    });
    // The lengths of transforms grow in steps of up to a third, which falls on all levels of a tree alike.
    EXPECT_GE(multiplied, 750U) << n;
    EXPECT_LE(multiplied, 1333U) << n;
  }
}

TEST(Progress, WithoutAStepTicksCountNothing) {
  Progress progress;
  progress.tick(5);
  EXPECT_EQ(progress.done(), 0U);
  progress.begin(10, 0);
  progress.tick(5);
  progress.end();
  EXPECT_EQ(progress.done(), 10U);
}

}  // namespace
}  // namespace decima::engine
