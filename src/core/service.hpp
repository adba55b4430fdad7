#pragma once
#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "core/doorbell.hpp"
#include "core/job_store.hpp"
#include "core/live_jobs.hpp"
#include "core/lookup.hpp"
#include "core/notices.hpp"
#include "core/ports.hpp"
#include "core/quota.hpp"
#include "core/request.hpp"
#include "core/retention.hpp"

namespace decima::core {

/// What every face of the program (HTTP, command line) asks of the core. Any thread may call any method; all but
/// `cached` may block on a store.
class Service {
 public:
  /// `uses` hears what is read from the blob store, if somebody wants to know.
  Service(const Ports& ports, const Budgets& budgets, const CachePolicy& policy, Doorbell& bell, LiveJobs& live,
          Notices& notices, const StoredLimits& limits = {}, Uses* uses = nullptr, Doorbell* removals = nullptr)
      : ports_(ports),
        budgets_(budgets),
        policy_(policy),
        bell_(bell),
        live_(live),
        notices_(notices),
        uses_(uses),
        removals_(removals),
        quota_(ports.jobs.shelf(), limits) {}

  const Budgets& budgets() const { return budgets_; }
  /// What holds results to their limits, for whoever lets jobs in by another door.
  Quota& quota() { return quota_; }

  /// The digits, if this very process has them at hand. Never blocks.
  CachedText cached(const Identity& identity) const;

  /// Accepts a request: its row is committed when this returns ok. Asking again is harmless. quota_full when its result
  /// would find no room beside the others.
  Result<Submission> submit(const Request& request, std::string_view trace);
  /// Several at once, answered in their order. A request that comes twice is one job.
  Result<std::vector<Submission>> submit(std::span<const Request> requests, std::string_view trace);

  /// Empty when it was never asked for.
  Result<std::optional<Job>> find(const Identity& identity) const;
  /// A page of the jobs there are, newest first.
  Result<std::vector<Job>> list(const JobQuery& query) const { return ports_.jobs.list(query); }

  /// Tells of changes that this process makes to the job; see Notices for what a callback may do. Never blocks.
  [[nodiscard]] Notices::Subscription listen(const Identity& identity, Notices::Callback changed) const {
    return notices_.subscribe(identity, std::move(changed));
  }

  /// How far the job is, if this very process is computing it now. Never blocks.
  std::optional<LiveJobs::Status> progress(const Identity& identity) const { return live_.status(identity); }

  /// Gives the job up, queued or running; its memory and threads are free within a second if it runs here, or when
  /// its lease is next renewed elsewhere. Answers with the state it was in; empty when there is no such job.
  Result<std::optional<State>> cancel(const Identity& identity);

  /// The whole text of a finished job. A damaged one is set aside and computed again; the answer is then corrupt. An
  /// evicted one is computed again; the answer is then not_finished.
  Result<CachedText> text(const Job& job);
  /// The same block by block, for long texts; tell `damaged` when a block came back corrupt.
  Result<CheckedText> open_text(const Job& job);
  void damaged(const Job& job);

  /// Where a client with its own access to the blob store finds the digits; empty if nowhere.
  std::string blob_url(const Identity& identity) const { return ports_.blobs.url(names(identity).blob_key); }

  Result<StateCounts> counts() const { return ports_.jobs.counts(); }
  Result<std::uint64_t> queue_depth() const { return ports_.queue.depth(); }

  /// Whether the stores and the queue answer: the name of each and ok, or its error.
  struct Part {
    std::string_view name;
    Result<> state;
  };
  std::array<Part, 3> parts() const;

 private:
  Result<Quota::Bytes> make_room(std::span<const Request> requests);
  Result<> room_for_new(std::span<const Request> requests, Quota::Bytes& wanted);
  Error bring_back(const Job& job);

  Ports ports_;
  Budgets budgets_;
  CachePolicy policy_;
  Doorbell& bell_;
  LiveJobs& live_;
  Notices& notices_;
  Uses* uses_;
  Doorbell* removals_;  ///< rung when there may be digits to remove
  Quota quota_;
};

}  // namespace decima::core
