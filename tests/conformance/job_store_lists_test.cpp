// Lists: which jobs, in which order, and page after page while others add, claim and finish.
#include <gmock/gmock.h>

#include <atomic>
#include <thread>

#include "job_store_suite.hpp"

namespace decima::conformance {
namespace {

using core::Identity;
using core::JobQuery;
using core::State;
using testing::ElementsAre;
using testing::IsEmpty;

Identity fibonacci(std::uint64_t n) { return Identity::of("fibonacci", {n}); }

class JobStoreLists : public JobStoreConformance {
 protected:
  std::vector<core::Job> list(const JobQuery& query) {
    auto jobs = store().list(query);
    if (!jobs) throw std::runtime_error(jobs.error().message());
    return std::move(*jobs);
  }

  std::vector<std::string> names(const JobQuery& query) {
    std::vector<std::string> found;
    for (const core::Job& job : list(query)) found.push_back(job.identity.text());
    return found;
  }

  /// All pages, one after the other; `between` happens after each.
  std::vector<std::string> walk(
      JobQuery query, const std::function<void()>& between = [] {}) {
    std::vector<std::string> found;
    for (;;) {
      const auto page = list(query);
      for (const core::Job& job : page) found.push_back(job.identity.text());
      if (page.size() < query.limit) return found;
      query.before = page.back().number;
      between();
    }
  }

  void done(const Identity& identity) { finish(submit_and_claim(identity)); }
};

TEST_P(JobStoreLists, NothingIsAnEmptyList) {
  EXPECT_THAT(list({}), IsEmpty());
  EXPECT_THAT(list({.kind = "factorial"}), IsEmpty());
  EXPECT_THAT(list({.state = State::done}), IsEmpty());
  EXPECT_THAT(list({.kind = "factorial", .state = State::done}), IsEmpty());
}

TEST_P(JobStoreLists, TheNewestComesFirstWithAllThatIsKnownOfIt) {
  for (const std::uint64_t n : {3, 1, 2}) submit(factorial(n));
  done(fibonacci(9));
  const auto jobs = list({});
  ASSERT_EQ(jobs.size(), 4u);
  EXPECT_EQ(jobs[0].stored, result_of("120"));
  EXPECT_THAT(names({}), ElementsAre("fibonacci-9", "factorial-2", "factorial-1", "factorial-3"));
  EXPECT_THAT(names({.limit = 2}), ElementsAre("fibonacci-9", "factorial-2"));
}

TEST_P(JobStoreLists, ShowOneKindOneStateOrBoth) {
  done(factorial(1));
  submit(factorial(2));
  done(fibonacci(3));
  submit(fibonacci(4));
  done(factorial(5));
  EXPECT_THAT(names({.kind = "fibonacci"}), ElementsAre("fibonacci-4", "fibonacci-3"));
  EXPECT_THAT(names({.state = State::done}), ElementsAre("factorial-5", "fibonacci-3", "factorial-1"));
  EXPECT_THAT(names({.state = State::done, .limit = 2}), ElementsAre("factorial-5", "fibonacci-3"));
  EXPECT_THAT(names({.kind = "factorial", .state = State::done}), ElementsAre("factorial-5", "factorial-1"));
  EXPECT_THAT(names({.kind = "factor"}), IsEmpty());
  EXPECT_THAT(names({.state = State::failed}), IsEmpty());
}

TEST_P(JobStoreLists, PagesHoldEachJobOnceHoweverLongTheyAre) {
  for (std::uint64_t n = 0; n < 20; ++n) n % 3 ? done(factorial(n)) : done(fibonacci(n));
  for (std::size_t limit = 1; limit <= 21; ++limit) {
    EXPECT_EQ(walk({.limit = limit}), names({.limit = 1000})) << limit;
    EXPECT_EQ(walk({.state = State::done, .limit = limit}), names({.limit = 1000})) << limit;
    EXPECT_EQ(walk({.kind = "fibonacci", .limit = limit}), names({.kind = "fibonacci", .limit = 1000})) << limit;
  }
}

TEST_P(JobStoreLists, PagesStandStillWhileJobsAreAdded) {
  for (std::uint64_t n = 1; n <= 9; ++n) submit(factorial(n));
  const auto before = names({});
  std::uint64_t next = 100;
  EXPECT_EQ(walk({.limit = 2}, [&] { submit(factorial(next++)); }), before);
  EXPECT_EQ(walk({.kind = "factorial", .state = State::queued, .limit = 1000}).size(), 9 + next - 100);
}

TEST_P(JobStoreLists, NoJobIsMissedWhileOthersMove) {
  for (std::uint64_t n = 1; n <= 40; ++n) submit(factorial(n));
  std::atomic<bool> stop = false;
  std::jthread mover([&] {
    for (std::uint64_t n = 1; n <= 40 && !stop; ++n) finish(claim(factorial(n)));
  });
  for (int round = 0; round < 20; ++round) {
    EXPECT_EQ(walk({.limit = 7}).size(), 40u);
    EXPECT_EQ(walk({.kind = "factorial", .limit = 7}).size(), 40u);
  }
  stop = true;
}

INSTANTIATE_TEST_SUITE_P(Adapters, JobStoreLists, testing::ValuesIn(job_store_adapters()),
                         [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace decima::conformance
