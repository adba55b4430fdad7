// A job's life when the engine lies, the stores fail or the claim is lost on the way.
#include <gmock/gmock.h>

#include "hooked_ports.hpp"
#include "kinds/registry.hpp"
#include "rig.hpp"

namespace decima::faults {
namespace {

using core::Ending;
using core::State;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class Execute : public Rig {};

TEST_F(Execute, PublishesAVerifiedResult) {
  const core::Request request = request_of("factorial-10");
  const core::Job job = claimed(request);
  EXPECT_EQ(execute(job, request), Ending::done);
  const core::Job done = row(request.identity);
  EXPECT_EQ(done.state, State::done);
  EXPECT_EQ(done.stored->digits, 7u);
  EXPECT_EQ(done.stored->sha256, sha256("3628800"));
  EXPECT_EQ(stored_text(request.identity), "3628800");
  EXPECT_THAT(blobs("factorials/"), ElementsAre("factorials/10.txt"));
  EXPECT_THAT(blobs(core::staging_prefix), IsEmpty());
  EXPECT_EQ(*cache_->peek("factorial:10"), "3628800");
}

TEST_F(Execute, IsSeenToComputeThenToWriteThenToVerify) {
  const core::Request request = request_of("factorial-30000");  // long enough to be staged
  const core::Job job = claimed(request);
  std::vector<std::string> seen;
  const auto memory = std::move(blobs_);
  blobs_ = hooked(*memory, [&](std::string_view, Moment) -> std::optional<Error> {
    const auto status = live_.status(request.identity);
    const std::string phase(status ? name(status->phase) : "nobody");
    if (seen.empty() || seen.back() != phase) seen.push_back(phase);
    return std::nullopt;
  });
  EXPECT_EQ(execute(job, request), Ending::done);
  EXPECT_THAT(seen, ElementsAre("writing", "verifying", "nobody"));
  EXPECT_EQ(live_.status(request.identity), std::nullopt);
  blobs_.reset();
}

/// Kinds whose compute lies in one way each; all else is the true factorial's.
kinds::Kind lying(engine::Outcome<engine::Decimal> (*compute)(kinds::Arguments, engine::Context&)) {
  kinds::Kind kind = *kinds::find("factorial");
  kind.compute = compute;
  return kind;
}

engine::Decimal truth(kinds::Arguments arguments, engine::Context& context) {
  return *kinds::find("factorial")->compute(arguments, context);
}

std::uint64_t* limbs(const engine::Decimal& number) { return const_cast<std::uint64_t*>(number.mantissa.data()); }

const kinds::Kind liars[] = {
    lying([](kinds::Arguments arguments, engine::Context& context) -> engine::Outcome<engine::Decimal> {
      engine::Decimal number = truth(arguments, context);
      limbs(number)[0] += 10;  // a wrong digit that is no trailing zero
      return number;
    }),
    lying([](kinds::Arguments arguments, engine::Context& context) -> engine::Outcome<engine::Decimal> {
      engine::Decimal number = truth(arguments, context);
      std::swap(limbs(number)[0], limbs(number)[1]);
      return number;
    }),
    lying([](kinds::Arguments arguments, engine::Context& context) -> engine::Outcome<engine::Decimal> {
      engine::Decimal number = truth(arguments, context);
      number.zeros++;
      return number;
    }),
    lying([](kinds::Arguments, engine::Context& context) -> engine::Outcome<engine::Decimal> {
      const std::uint64_t other[] = {99};
      return truth(other, context);
    }),
};

TEST_F(Execute, NeverNamesAResultThatFailsItsVerification) {
  for (const kinds::Kind& liar : liars) {
    core::Request request = request_of("factorial-100");
    request.kind = &liar;
    const core::Job job = claimed(request);
    EXPECT_EQ(execute(job, request), Ending::queued);
    const core::Job after = row(request.identity);
    EXPECT_EQ(after.state, State::queued);
    ASSERT_TRUE(after.error);
    EXPECT_EQ(after.error->code, Code::wrong_result);
    EXPECT_THAT(blobs(""), IsEmpty());
    EXPECT_EQ(cache_->peek("factorial:100"), nullptr);
    clock_.advance(std::chrono::hours(1));
    ASSERT_TRUE(jobs_->cancel(request.identity));
  }
}

TEST_F(Execute, FailsForGoodAtTheEndOfPatience) {
  core::Request request = request_of("factorial-100");
  request.kind = &liars[0];
  core::Job job = claimed(request);
  EXPECT_EQ(execute(job, request), Ending::queued);
  clock_.advance(std::chrono::hours(1));
  EXPECT_EQ(execute(**jobs_->claim(request.identity, "test", lease_), request), Ending::queued);
  clock_.advance(std::chrono::hours(1));
  EXPECT_EQ(execute(**jobs_->claim(request.identity, "test", lease_), request), Ending::failed);
  EXPECT_EQ(row(request.identity).state, State::failed);
  EXPECT_THAT(row(request.identity).error->message(), HasSubstr("failed their verification"));
}

TEST_F(Execute, ARequestThatCannotBeComputedHereFailsAtOnce) {
  const core::Request request = request_of("factorial-100");
  const core::Job job = claimed(request);
  EXPECT_EQ(execute(job, Error{Code::too_large, "more than this installation has"}), Ending::failed);
  EXPECT_EQ(row(request.identity).error->code, Code::too_large);
}

TEST_F(Execute, ALateFinisherWritesNothing) {
  const core::Request request = request_of("factorial-10");
  const core::Job late = claimed(request);
  clock_.advance(lease_ + Duration(1));
  ASSERT_EQ(*jobs_->expire_leases(patience_), 1u);
  clock_.advance(std::chrono::hours(1));
  const core::Job second = **jobs_->claim(request.identity, "other", lease_);
  EXPECT_EQ(execute(late, request), Ending::lost);
  EXPECT_EQ(row(request.identity).state, State::calculating);
  EXPECT_EQ(row(request.identity).fence, second.fence);
  EXPECT_THAT(blobs(""), IsEmpty());
  EXPECT_EQ(execute(second, request), Ending::done);
}

TEST_F(Execute, WhatIsStoppedIsGivenBackWithoutBlame) {
  const core::Request request = request_of("factorial-1000");
  const core::Job job = claimed(request);
  stop_.request_stop();
  EXPECT_EQ(execute(job, request), Ending::given_back);
  const core::Job after = row(request.identity);
  EXPECT_EQ(after.state, State::queued);
  EXPECT_EQ(after.failures, 0u);
  EXPECT_EQ(after.crashes, 0u);
  EXPECT_THAT(blobs(""), IsEmpty());
}

/// A blob store whose n-th call of one operation fails, or that changes what it is given.
class FailingBlobs final : public core::BlobStore {
 public:
  enum class Fault { create, append, commit, promote, read, flip_at_read };
  FailingBlobs(core::BlobStore& real, Fault fault) : real_(real), fault_(fault) {}

  Result<std::unique_ptr<core::BlobWriter>> create(std::string_view key) override {
    if (fault_ == Fault::create) return full();
    auto writer = real_.create(key);
    if (!writer) return writer;
    return std::unique_ptr<core::BlobWriter>(std::make_unique<Writer>(std::move(*writer), fault_));
  }
  Result<> put_many(std::span<const core::Blob> blobs) override {
    if (fault_ == Fault::commit) return full();
    return real_.put_many(blobs);
  }
  Result<std::size_t> read(std::string_view key, std::uint64_t offset, std::span<char> into) override {
    if (fault_ == Fault::read) return Error{Code::io_error, "injected"};
    auto got = real_.read(key, offset, into);
    if (got && *got > 0 && fault_ == Fault::flip_at_read) into[0] ^= 1;
    return got;
  }
  Result<> promote(std::string_view from, std::string_view to) override {
    if (fault_ == Fault::promote) return Error{Code::io_error, "injected"};
    return real_.promote(from, to);
  }
  Result<> remove(std::string_view key) override { return real_.remove(key); }
  Result<std::uint64_t> size(std::string_view key) override { return real_.size(key); }
  Result<std::vector<std::string>> list(std::string_view prefix, std::string_view after, std::size_t limit) override {
    return real_.list(prefix, after, limit);
  }
  std::string url(std::string_view key) const override { return real_.url(key); }
  Result<> ping() override { return real_.ping(); }

 private:
  class Writer final : public core::BlobWriter {
   public:
    Writer(std::unique_ptr<core::BlobWriter> real, Fault fault) : real_(std::move(real)), fault_(fault) {}
    Result<> append(std::string_view piece) override { return fault_ == Fault::append ? full() : real_->append(piece); }
    Result<> commit() override { return fault_ == Fault::commit ? full() : real_->commit(); }

   private:
    std::unique_ptr<core::BlobWriter> real_;
    Fault fault_;
  };
  static Error full() { return {Code::storage_full, "injected"}; }

  core::BlobStore& real_;
  Fault fault_;
};

/// A request, and which faults its way through the store meets.
struct OnTheWay {
  const char* identity;
  std::vector<FailingBlobs::Fault> faults;
};
class ExecuteOnAFailingStore : public Execute, public testing::WithParamInterface<OnTheWay> {};

TEST_P(ExecuteOnAFailingStore, CostsARetryAndLeavesNothing) {
  const core::Request request = request_of(GetParam().identity);
  using Fault = FailingBlobs::Fault;
  const auto real = std::move(blobs_);
  for (const Fault fault : GetParam().faults) {
    blobs_ = std::make_unique<FailingBlobs>(*real, fault);
    const core::Job job = claimed(request);
    EXPECT_EQ(execute(job, request), Ending::queued) << static_cast<int>(fault);
    EXPECT_THAT(*real->list("", "", 100), IsEmpty()) << static_cast<int>(fault);
    EXPECT_EQ(cache_->peek(core::names(request.identity).cache_key), nullptr);
    ASSERT_TRUE(jobs_->cancel(request.identity));
  }
  blobs_ = std::make_unique<FailingBlobs>(*real, FailingBlobs::Fault{-1});
  EXPECT_EQ(execute(claimed(request), request), Ending::done);
}

// The first is gathered and stored with others, the second goes to the store piece by piece.
INSTANTIATE_TEST_SUITE_P(Sizes, ExecuteOnAFailingStore,
                         testing::Values(OnTheWay{"factorial-10", {FailingBlobs::Fault::commit}},
                                         OnTheWay{"factorial-20000",
                                                  {FailingBlobs::Fault::create, FailingBlobs::Fault::append,
                                                   FailingBlobs::Fault::commit, FailingBlobs::Fault::promote,
                                                   FailingBlobs::Fault::read, FailingBlobs::Fault::flip_at_read}}),
                         [](const auto& info) { return std::string(info.param.identity).replace(9, 1, "_"); });

TEST_F(Execute, AttemptsThatFailSpoilNoOther) {
  std::vector<core::Attempt> attempts;
  for (std::uint64_t n = 90; n < 110; n++) {
    core::Request request = request_of(("factorial-" + std::to_string(n)).c_str());
    if (n % 5 == 0) request.kind = &liars[n / 5 % std::size(liars)];
    const core::Job job = claimed(request);
    attempts.push_back({job, request, {}});
  }
  attempts[1].stop.request_stop();
  attempts[2].request = Error{Code::too_large, "not here"};
  ASSERT_TRUE(jobs_->cancel(attempts[3].job.identity));
  const std::vector<Ending> endings = execute_together(attempts);
  for (std::size_t i = 0; i < attempts.size(); i++) {
    const Ending expected = i % 5 == 0 ? Ending::queued
                            : i == 1   ? Ending::given_back
                            : i == 2   ? Ending::failed
                            : i == 3   ? Ending::lost
                                       : Ending::done;
    EXPECT_EQ(endings[i], expected) << attempts[i].job.identity.text();
  }
  EXPECT_EQ(blobs("factorials/").size(), 13u);
  EXPECT_THAT(blobs(core::staging_prefix), IsEmpty());
}

// Found by seed 15612 of the simulation: one attempt's lease had run out, its staged digits were swept, and its batch
// failed for good with it.
TEST_F(Execute, StagedDigitsThatAreGoneFailNobodyForGood) {
  for (const char* at : {"blobs.read", "blobs.promote"}) {
    const auto real = std::move(blobs_);
    bool swept = false;
    blobs_ = hooked(*real, [&](std::string_view call, Moment moment) -> std::optional<Error> {
      if (call != at || moment != Moment::before || std::exchange(swept, true)) return std::nullopt;
      EXPECT_TRUE(real->remove("staging/factorial-20031/" +
                               std::to_string(row(*core::Identity::parse("factorial-20031")).fence)));
      return std::nullopt;
    });
    std::vector<core::Attempt> attempts;
    for (const char* identity : {"factorial-20030", "factorial-20031", "factorial-20032"}) {
      const core::Request request = request_of(identity);
      attempts.push_back({claimed(request), request, {}});
    }
    const auto endings = execute_together(attempts);
    EXPECT_EQ(endings, (std::vector{Ending::done, Ending::queued, Ending::done})) << at;
    EXPECT_THAT(row(attempts[1].job.identity).error->message(), HasSubstr("gone"));
    blobs_ = adapters::make_memory_blobs();
    for (const core::Attempt& attempt : attempts)
      if (row(attempt.job.identity).state == State::done) {
        ASSERT_TRUE(jobs_->recompute(attempt.job.identity, row(attempt.job.identity).stored->sha256));
      }
    clock_.advance(std::chrono::hours(1));
  }
}

}  // namespace
}  // namespace decima::faults
