#include "core/noticed_jobs.hpp"

namespace decima::core {
namespace {

class NoticedJobs final : public JobStore {
 public:
  NoticedJobs(JobStore& real, Notices& notices) : real_(real), notices_(notices) {}

  Result<std::vector<Submission>> submit(std::span<const NewJob> jobs) override {
    auto submitted = real_.submit(jobs);
    if (submitted)
      for (const Submission& submission : *submitted)
        if (submission.newly_queued) notices_.publish(submission.job.identity, State::queued);
    return submitted;
  }

  Result<std::vector<Job>> claim_many(std::span<const Identity> identities, std::string_view worker,
                                      Duration lease) override {
    auto claimed = real_.claim_many(identities, worker, lease);
    if (claimed)
      for (const Job& job : *claimed) notices_.publish(job.identity, job.state);
    return claimed;
  }

  Result<std::vector<bool>> uploading_many(std::span<const Claim> claims) override {
    auto held = real_.uploading_many(claims);
    if (held)
      for (std::size_t i = 0; i < claims.size(); i++)
        if ((*held)[i]) notices_.publish(claims[i].identity, State::uploading);
    return held;
  }

  Result<std::vector<bool>> finish_many(std::span<const Finish> finishes) override {
    auto held = real_.finish_many(finishes);
    if (held)
      for (std::size_t i = 0; i < finishes.size(); i++)
        if ((*held)[i]) notices_.publish(finishes[i].claim.identity, State::done);
    return held;
  }

  Result<State> fail(const Claim& claim, const Error& error, Duration delay, const Patience& patience) override {
    auto state = real_.fail(claim, error, delay, patience);
    if (state) notices_.publish(claim.identity, *state);
    return state;
  }

  Result<> give_back(const Claim& claim) override {
    auto given = real_.give_back(claim);
    if (given) notices_.publish(claim.identity, State::queued);
    return given;
  }

  Result<std::optional<State>> cancel(const Identity& identity) override {
    auto found = real_.cancel(identity);
    if (found && *found && !finished(**found)) notices_.publish(identity, State::cancelled);
    return found;
  }

  Result<> recompute(const Identity& identity, const Sha256& sha256) override {
    auto queued = real_.recompute(identity, sha256);
    if (queued) notices_.publish(identity, State::queued);
    return queued;
  }

  Result<std::size_t> expire_leases(const Patience& patience) override {
    return told_all(real_.expire_leases(patience));
  }
  Result<std::size_t> void_leases(const Patience& patience) override { return told_all(real_.void_leases(patience)); }

  // What changes no state.
  Result<std::optional<Job>> find(const Identity& identity) override { return real_.find(identity); }
  Result<std::vector<Job>> list(const JobQuery& query) override { return real_.list(query); }
  Result<std::vector<Bell>> bells_due(std::size_t limit) override { return real_.bells_due(limit); }
  Result<> rung(std::span<const Identity> identities) override { return real_.rung(identities); }
  Result<std::vector<bool>> renew_many(std::span<const Claim> claims, Duration lease) override {
    return real_.renew_many(claims, lease);
  }
  Result<std::vector<Sha256>> blocks(const Identity& identity) override { return real_.blocks(identity); }
  Result<StateCounts> counts() override { return real_.counts(); }
  Result<bool> elect(std::string_view role, std::string_view holder, Duration term) override {
    return real_.elect(role, holder, term);
  }
  Shelf& shelf() override { return real_.shelf(); }
  CursorStore& cursors() override { return real_.cursors(); }
  Result<std::uint64_t> place(std::string_view role) override { return real_.place(role); }
  Result<> keep_place(std::string_view role, std::uint64_t place) override { return real_.keep_place(role, place); }
  Result<> ping() override { return real_.ping(); }

 private:
  /// Of leases that ended it is not known whose they were; some of their jobs may have failed for good.
  Result<std::size_t> told_all(Result<std::size_t> ended) {
    if (ended && *ended > 0) notices_.publish_to_all(State::failed);
    return ended;
  }

  JobStore& real_;
  Notices& notices_;
};

}  // namespace

std::unique_ptr<JobStore> noticed(JobStore& jobs, Notices& notices) {
  return std::make_unique<NoticedJobs>(jobs, notices);
}

}  // namespace decima::core
