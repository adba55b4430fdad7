#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "core/cursor_store.hpp"
#include "core/job.hpp"
#include "core/priority.hpp"
#include "core/shelf.hpp"

namespace decima::core {

/// A request as the store takes it.
struct NewJob {
  Identity identity;
  std::string trace;
  std::uint64_t expected_bytes = 0;  ///< of the digits
  unsigned priority = priority_small;
};

/// What submitting gave: the row as it now stands, and whether this very call put it in the queue.
struct Submission {
  Job job;
  bool newly_queued = false;
};

/// The right to work on a job: valid while the row's fence is still this one, until somebody ends it: by finishing,
/// failing or cancelling the job, or by noticing that its lease has run out. Until that is noticed nobody else can have
/// the job, so a holder that comes late, and comes first, loses nothing.
struct Claim {
  Identity identity;
  std::uint64_t fence = 0;
};

/// A claim at its good end: what was stored, and the hashes of its blocks, which are kept when there are several.
struct Finish {
  Claim claim;
  Stored stored;
  std::vector<Sha256> blocks;
};

/// Which jobs a list shows: of this kind, in this state, with numbers below this one; as many as `limit`.
struct JobQuery {
  std::optional<std::string> kind = {};
  std::optional<State> state = {};
  std::optional<std::uint64_t> before = {};
  std::size_t limit = 50;
};

/// A job whose bell is due, and its place in line.
struct Bell {
  Identity identity;
  Time rank;
};

/// How often a job may fail or crash before it is given up. A crash may be another job's fault, so there may be more of
/// them, and long before the last one the job runs alone.
struct Patience {
  std::uint64_t failures = 5;
  std::uint64_t crashes = 12;
};
/// After so many crashes a job runs beside no other, so that the next one tells whose fault they are.
inline constexpr std::uint64_t crashes_until_alone = 2;
/// One that may have taken its process with it.
inline bool is_suspect(const Job& job) { return job.crashes >= crashes_until_alone; }

/// How long after a bell was rung for a job it is due again: twice as long each time, and at last every hour.
inline constexpr Duration bell_wait_first = std::chrono::seconds(30);
inline constexpr Duration bell_wait_longest = std::chrono::hours(1);

using StateCounts = std::array<std::uint64_t, 6>;  ///< indexed by State

/// The truth about jobs. Each method is one atomic act, committed when it returns ok; any thread may call any method.
/// Leases are judged by the store's own clock, never by a caller's.
///
/// What is committed is durable, but for the acts that tell nobody anything who outlives a power cut: rung, claim_many,
/// renew, uploading_many and elect. A store whose workers are in its own process may answer them before the disk has
/// them. A power cut then undoes one together with all that came after it, never a durable act before one that counts.
///
/// An error at this port means: unavailable, storage_full or io_error, try again later and nothing has happened;
/// lease_lost, this claim is over and its holder must write nothing more; corrupt, the row itself cannot be trusted.
class JobStore {
 public:
  virtual ~JobStore() = default;

  /// Makes a queued row for each identity that has none; puts failed and cancelled ones back in the queue with their
  /// counters at zero, and evicted ones as Shelf::restore does where that is possible; leaves all others alone, but a
  /// queued one takes a higher priority, and its bell is due for that. Answers in the order asked; asked twice, only
  /// the first is new.
  virtual Result<std::vector<Submission>> submit(std::span<const NewJob> jobs) = 0;

  /// Empty when there is no such row.
  virtual Result<std::optional<Job>> find(const Identity& identity) = 0;
  /// The newest first, which have the highest numbers. Whoever asks next for what is before the last one's number sees
  /// no job twice and misses none, however many are added meanwhile; one that changes its state meanwhile is seen
  /// where it is when its page is read.
  virtual Result<std::vector<Job>> list(const JobQuery& query) = 0;

  /// Queued jobs whose bell is due, the longest due first: never rung, or rung so long ago that the message may be
  /// lost, and their not_before has passed. Their ranks are by their not_before and priority.
  virtual Result<std::vector<Bell>> bells_due(std::size_t limit) = 0;
  /// Notes that these were rung now; each waits twice as long as before, from bell_wait_first up to bell_wait_longest,
  /// until its bell is due again. A job that leaves the queue and comes back begins anew, and is due at once.
  virtual Result<> rung(std::span<const Identity> identities) = 0;

  /// Takes those of the jobs that are queued, whose not_before has passed, and whose digits are not on the shelf's list
  /// of removals: state calculating, fence one higher, a
  /// lease of this length. The others are not to be had now (unknown, held by another, finished, or too early). Jobs
  /// that have to run alone are claimed only when asked for alone: of several they are answered as they are, queued,
  /// and nobody holds a lease on them that would count as their crash.
  virtual Result<std::vector<Job>> claim_many(std::span<const Identity> identities, std::string_view worker,
                                              Duration lease) = 0;
  /// The same for one job: empty when it is not to be had.
  Result<std::optional<Job>> claim(const Identity& identity, std::string_view worker, Duration lease);
  /// Lengthens the leases to this long from now. Answers, in order, which claims still held; the others are over.
  virtual Result<std::vector<bool>> renew_many(std::span<const Claim> claims, Duration lease) = 0;
  Result<> renew(const Claim& claim, Duration lease);
  /// calculating → uploading: the digits are staged and verified, and are about to get their public name. Answers, in
  /// order, which claims still held; the others are over, and their holder must write nothing more.
  virtual Result<std::vector<bool>> uploading_many(std::span<const Claim> claims) = 0;
  Result<> uploading(const Claim& claim);
  /// uploading → done. Answers like uploading_many. What a holder whose claim is over had put under the public name may
  /// be the digits of a job that was given up, has failed, or that another finished and that was evicted since: they go
  /// on the shelf's list of removals.
  virtual Result<std::vector<bool>> finish_many(std::span<const Finish> finishes) = 0;
  Result<> finish(const Claim& claim, const Stored& stored, std::span<const Sha256> blocks);
  /// The attempt ended in an error: failures one higher, queued again after `delay`, or failed for good if the error
  /// is not retryable or `patience` is at its end. Answers with the state it came to. What a failed job may have left
  /// under its public name goes on the shelf's list of removals; so does that of one that is poison, or cancelled.
  virtual Result<State> fail(const Claim& claim, const Error& error, Duration delay, const Patience& patience) = 0;
  /// The holder stops without blame: queued again at once, no counter moves.
  virtual Result<> give_back(const Claim& claim) = 0;

  /// queued, calculating or uploading → cancelled. Answers with the state it found (empty: no such row); one that was
  /// already finished stays as it is.
  virtual Result<std::optional<State>> cancel(const Identity& identity) = 0;
  /// done → queued: its blob was lost or damaged. Only while the row still names this result, and has not evicted it;
  /// lease_lost otherwise.
  virtual Result<> recompute(const Identity& identity, const Sha256& sha256) = 0;

  /// Ends leases that have run out: crashes one higher, queued again, or failed as poison at the end of `patience`.
  /// Answers with how many there were. When the store's clock was put back since this was asked last, queued jobs that
  /// wait for a moment ahead of it wait no longer.
  virtual Result<std::size_t> expire_leases(const Patience& patience) = 0;
  /// Ends every lease at once, as expire_leases does: for the start of a store that only one process may open. All
  /// bells of queued jobs are due again, since a queue in that process's memory ended with it; and so did every term
  /// that somebody was elected for.
  virtual Result<std::size_t> void_leases(const Patience& patience) = 0;

  /// The block hashes of a finished job with several blocks; empty where finish was given none.
  virtual Result<std::vector<Sha256>> blocks(const Identity& identity) = 0;

  /// The calculator's cursor, which moves with the rows.
  virtual CursorStore& cursors() = 0;

  virtual Result<StateCounts> counts() = 0;
  /// The same rows as things that take room.
  virtual Shelf& shelf() = 0;
  /// Makes `holder` the one who does `role` for this long, or lengthens its term; false while another's term runs.
  virtual Result<bool> elect(std::string_view role, std::string_view holder, Duration term) = 0;
  /// How far the role's holder has got with what is done over and over, as it noted last; 0 at first.
  virtual Result<std::uint64_t> place(std::string_view role) = 0;
  /// Notes it, for whoever does the role next.
  virtual Result<> keep_place(std::string_view role, std::uint64_t place) = 0;
  virtual Result<> ping() = 0;
};

}  // namespace decima::core
