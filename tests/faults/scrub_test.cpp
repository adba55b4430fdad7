// Stored results that decay while nobody reads them.
#include <gmock/gmock.h>

#include <functional>

#include "adapters/store/connection.hpp"
#include "adapters/store/sqlite_file.hpp"
#include "base/log.hpp"
#include "core/scrub.hpp"
#include "hooked_ports.hpp"
#include "rig.hpp"

namespace decima::faults {
namespace {

using core::Ending;
using core::Scrubber;
using core::State;
using testing::Each;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class Scrub : public Rig {
 protected:
  void SetUp() override {
    Rig::SetUp();
    service_.emplace(ports(), budgets_, policy_, bell_, live_, notices_);
  }

  /// 0! … (count-1)!, done.
  void finish(std::uint64_t count) {
    constexpr std::uint64_t batch = 250;
    for (std::uint64_t first = 0; first < count; first += batch) {
      std::vector<core::NewJob> wanted;
      for (std::uint64_t n = first; n < std::min(count, first + batch); n++)
        wanted.push_back({*core::Identity::parse("factorial-" + std::to_string(n)), ""});
      execute_all(wanted);
    }
  }

  void execute_all(const std::vector<core::NewJob>& wanted) {
    ASSERT_TRUE(jobs_->submit(wanted));
    std::vector<core::Identity> identities;
    for (const core::NewJob& job : wanted) identities.push_back(job.identity);
    std::vector<core::Attempt> attempts;
    const auto claimed = jobs_->claim_many(identities, "test", lease_);
    ASSERT_TRUE(claimed);
    for (const core::Job& job : *claimed) attempts.push_back({job, core::make_request(job.identity, budgets_), stop_});
    ASSERT_EQ(attempts.size(), wanted.size());
    ASSERT_THAT(execute_together(attempts), Each(Ending::done));
  }

  void change(const std::string& key, const std::function<void(std::string& bytes)>& how) {
    std::string bytes(*blobs_->size(key), '\0');
    ASSERT_TRUE(blobs_->read(key, 0, bytes));
    how(bytes);
    auto writer = *blobs_->create(key);
    ASSERT_TRUE(writer->append(bytes));
    ASSERT_TRUE(writer->commit());
  }

  void flip_a_bit_of(const std::string& key) {
    change(key, [](std::string& bytes) { bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1); });
  }

  /// As another process would begin, or the same one after a restart.
  Scrubber scrubber() { return {ports(), *service_, "test", settings_}; }

  /// What is left of the pass.
  Scrubber::Count rest_of_pass() {
    Scrubber::Count whole;
    while (!whole.pass_ended) {
      const auto page = scrubber().next_page({});
      EXPECT_TRUE(page) << page.error().message();
      if (!page) break;
      whole += *page;
    }
    return whole;
  }

  State state_of(const char* identity) { return row(*core::Identity::parse(identity)).state; }

  /// The rest of the pass finds one result damaged, this one, and gives it back to be computed. The log, which would
  /// tell of it at length, is silent meanwhile.
  Scrubber::Count expect_finds(const char* identity) {
    log::set_level(log::Level::off);
    const Scrubber::Count pass = rest_of_pass();
    log::set_level(log::Level::info);
    EXPECT_EQ(pass.damaged, 1u);
    EXPECT_EQ(state_of(identity), State::queued);
    return pass;
  }

  core::ScrubSettings settings_{1ull << 40, Duration(0)};
  core::Doorbell bell_;
  std::optional<core::Service> service_;
};

TEST_F(Scrub, FindsTheOneFlippedBitAmongAThousandResultsInOnePass) {
  finish(1000);
  EXPECT_EQ(rest_of_pass().damaged, 0u);
  flip_a_bit_of("factorials/617.txt");
  EXPECT_EQ(expect_finds("factorial-617").results, 1000u);
  EXPECT_THAT(blobs("damaged/"), SizeIs(1));

  const core::Request request = request_of("factorial-617");
  EXPECT_EQ(execute(**jobs_->claim(request.identity, "test", lease_), request), Ending::done);
  EXPECT_EQ(rest_of_pass().damaged, 0u);
}

TEST_F(Scrub, FindsAResultThatIsGone) {
  finish(3);
  ASSERT_TRUE(blobs_->remove("factorials/2.txt"));
  expect_finds("factorial-2");
}

// Whoever asks by HTTP gets the right digits of it, but whoever has access to the store itself a wrong number.
TEST_F(Scrub, FindsAResultThatHasGrown) {
  finish(3);
  change("factorials/2.txt", [](std::string& bytes) { bytes += '7'; });
  expect_finds("factorial-2");
}

// A bit of a byte that shows a hash mostly makes it a byte that shows none.
TEST_F(Scrub, FindsWhatDecayedInARowAndGoesOn) {
  finish(300);
  adapters::Connection db = adapters::open_sqlite((folder_ / "decima.db").string());
  db.script("drop trigger jobs_keep; pragma ignore_check_constraints = on");
  for (const char* decay : {"sha256 = 'g' || substr(sha256, 2)", "residues = '9' || substr(residues, 2)",
                            "residues = substr(residues, 1, length(residues) - 1) || (substr(residues, -1) + 1) % 10",
                            "digits = digits - 1"}) {
    db.script(std::string("update jobs set ") + decay + " where identity = 'factorial-217'");
    EXPECT_EQ(expect_finds("factorial-217").results, 300u) << decay;
    const core::Request request = request_of("factorial-217");
    EXPECT_EQ(execute(**jobs_->claim(request.identity, "test", lease_), request), Ending::done);
    EXPECT_EQ(rest_of_pass().damaged, 0u);
  }
}

// A hundred long results may take a day, and nobody may ever see their end who restarts each night.
TEST_F(Scrub, KeepsItsPlaceBehindEachLongResult) {
  finish(20);
  settings_.page_bytes = 10;
  std::uint64_t results = 0;
  for (int page = 0; page < 3; page++) {
    const auto count = scrubber().next_page({});
    ASSERT_TRUE(count);
    EXPECT_LT(count->bytes, 10u + 18u) << "it ends with the result that fills it, of at most 18 digits";
    EXPECT_FALSE(count->pass_ended);
    results += count->results;
  }
  EXPECT_EQ(results + rest_of_pass().results, 20u);
}

TEST(Pace, IsKeptByShortResultsAsByLongOnes) {
  for (const std::uint64_t piece : {1ull << 20, 5'000ull, 4'096ull}) {
    core::Pace pace(8 << 20);
    Duration rested(0);
    for (std::uint64_t read = 0; read < 80 << 20; read += piece) rested += pace.rest_after(piece);
    EXPECT_NEAR(static_cast<double>(rested.count()), 10'000, 130) << piece;
  }
}

TEST(Pace, CountsTheLeastThatADiskReads) {
  core::Pace pace(8 << 20);
  Duration rested(0);
  for (int i = 0; i < 2'048; i++) rested += pace.rest_after(1);
  EXPECT_EQ(rested, Duration(1'000));
}

TEST(Pace, OfAnyHeightIsNone) {
  core::Pace pace(UINT64_MAX);
  for (int i = 0; i < 1'000; i++) EXPECT_EQ(pace.rest_after(1 << 20), Duration(0));
}

TEST_F(Scrub, GoesOnWhereItWasAfterARestart) {
  finish(250);
  const auto first = scrubber().next_page({});
  ASSERT_TRUE(first);
  EXPECT_FALSE(first->pass_ended);
  EXPECT_EQ(first->results + rest_of_pass().results, 250u) << "no result twice, and none left out";
}

// A sector that a disk cannot read any more must not hide what lies behind it.
TEST_F(Scrub, GoesOnBehindAResultThatCannotBeRead) {
  finish(250);
  int reads = 0;
  const auto blobs = hooked(*blobs_, [&](std::string_view call, Moment moment) -> std::optional<Error> {
    if (call == "blobs.read" && moment == Moment::before && ++reads == 7) return Error{Code::io_error, "injected"};
    return std::nullopt;
  });
  flip_a_bit_of("factorials/100.txt");
  log::set_level(log::Level::off);
  Scrubber failing({*jobs_, *queue_, *blobs, *cache_, clock_}, *service_, "test", settings_);
  Scrubber::Count pass;
  while (!pass.pass_ended) pass += *failing.next_page({});
  log::set_level(log::Level::info);
  EXPECT_EQ(pass.results, 250u);
  EXPECT_EQ(pass.unreadable, 1u);
  EXPECT_THAT(pass.why_unreadable->message(), HasSubstr("injected"));
  EXPECT_EQ(pass.damaged, 1u);
  EXPECT_EQ(state_of("factorial-100"), State::queued);
}

TEST_F(Scrub, TakesAStoreThatDoesNotAnswerForNoDamage) {
  finish(2);
  const auto blobs = hooked(*blobs_, [](std::string_view call, Moment moment) -> std::optional<Error> {
    if (call == "blobs.read" && moment == Moment::before) return Error{Code::io_error, "injected"};
    return std::nullopt;
  });
  const auto pass = Scrubber({*jobs_, *queue_, *blobs, *cache_, clock_}, *service_, "test", settings_).next_page({});
  ASSERT_TRUE(pass);
  EXPECT_EQ(pass->unreadable, 2u);
  EXPECT_EQ(pass->damaged, 0u);
  EXPECT_EQ(state_of("factorial-1"), State::done);
  EXPECT_EQ(rest_of_pass().unreadable, 0u);
}

TEST_F(Scrub, EndsInTheMiddleOfALongPauseWhenTheProgramEnds) {
  finish(5);
  settings_.bytes_per_second = 1;
  std::stop_source ending;
  ending.request_stop();
  EXPECT_EQ(scrubber().next_page(ending.get_token()).error().code, Code::stopped);
}

TEST_F(Scrub, HasNothingToDoInAnEmptyStore) {
  const auto pass = rest_of_pass();
  EXPECT_EQ(pass.results, 0u);
  EXPECT_TRUE(pass.pass_ended);
}

}  // namespace
}  // namespace decima::faults
