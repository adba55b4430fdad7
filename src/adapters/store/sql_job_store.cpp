#include "adapters/store/sql_job_store.hpp"

#include <algorithm>
#include <atomic>

#include "adapters/store/job_list.hpp"
#include "adapters/store/job_rows.hpp"
#include "adapters/store/sql_cursors.hpp"
#include "adapters/store/sql_shelf.hpp"
#include "base/text.hpp"

namespace decima::adapters {
namespace {

using core::Bell;
using core::Claim;
using core::Finish;
using core::Identity;
using core::Job;
using core::NewJob;
using core::Patience;
using core::State;
using core::StateCounts;
using core::Stored;
using core::Submission;

/// What holds of a row as long as the claim is valid. Every act of a holder has it in its `where`, so that the act and
/// the judgement are one.
const std::string held = "identity = :identity and fence = :fence and state in ('calculating', 'uploading')";
/// What must hold of a row before it is claimed: the removal of digits that an ended attempt had left would take the
/// new ones away.
const std::string not_to_be_removed = "not exists (select 1 from evictions where evictions.identity = jobs.identity)";
/// What a row loses when its worker leaves it: the lease, and the record of bells that rang for it.
const std::string released = "lease_until = null, worker = null, rung_at = null, rings = 0, updated_at = :now";

/// How often a bell's first wait doubles until it is as long as the longest.
constexpr std::uint64_t doublings() {
  std::uint64_t count = 0;
  for (Duration wait = core::bell_wait_first; wait < core::bell_wait_longest; wait *= 2) ++count;
  return count;
}

Error lease_lost(const Claim& claim) {
  return {Code::lease_lost, claim.identity.text() + " under fence " + std::to_string(claim.fence)};
}

std::optional<Job> select_job(Connection& db, const Identity& identity) {
  static const std::string sql = "select " + std::string(job_columns) + " from jobs where identity = :identity";
  const auto rows = db.rows(sql, job_column_count, {{"identity", identity.text()}});
  if (rows.empty()) return std::nullopt;
  return read_job(rows.front());
}

/// A failed or cancelled job begins anew. True if it was one.
bool requeue_ended(Connection& db, const NewJob& job, Time now) {
  return db.change("update jobs set state = 'queued', " + released +
                       ", priority = :priority, failures = 0, crashes = 0, not_before = :now, ring_due = :now, "
                       "finished_at = null, "
                       "error_code = null, error_detail = null "
                       "where identity = :identity and state in ('failed', 'cancelled')",
                   {{"identity", job.identity.text()}, {"priority", std::uint64_t{job.priority}}, {"now", now}}) > 0;
}

/// One that waits moves forward for who asks with a higher priority, never back.
void hurry(Connection& db, const NewJob& job, Time now) {
  db.change(
      "update jobs set priority = :priority, ring_due = :now "
      "where identity = :identity and state = 'queued' and priority < :priority",
      {{"identity", job.identity.text()}, {"priority", std::uint64_t{job.priority}}, {"now", now}});
}

/// The row as it is just after its insert.
Job fresh_row(Connection& db, const Dialect& dialect, const NewJob& job, Time now) {
  return Job{.number = db.rows(dialect.last_number, 1).front().count(0),
             .identity = job.identity,
             .created_at = now,
             .updated_at = now,
             .not_before = now,
             .trace = job.trace};
}

Submission submit_one(Connection& db, const Dialect& dialect, const NewJob& job, Time now) {
  const bool inserted = db.change(dialect.insert_job, {{"identity", job.identity.text()},
                                                       {"kind", job.identity.kind()},
                                                       {"priority", std::uint64_t{job.priority}},
                                                       {"s3_key", core::names(job.identity).blob_key},
                                                       {"trace", job.trace},
                                                       {"expected_bytes", job.expected_bytes},
                                                       {"now", now}}) > 0;
  if (inserted) return {fresh_row(db, dialect, job, now), true};
  const bool newly_queued = requeue_ended(db, job, now);
  if (!newly_queued) hurry(db, job, now);
  auto row = select_job(db, job.identity);
  if (!row) throw SqlFailure({Code::internal, "the row of " + job.identity.text() + " is gone between two statements"});
  if (row->evicted_at && restore_evicted(db, job.identity, now)) return {*select_job(db, job.identity), true};
  return {std::move(*row), newly_queued};
}

/// Ends the leases that had run out at `deadline`. Answers with how many.
std::size_t end_leases(Connection& db, const Patience& patience, Time now, Time deadline) {
  const std::string reason = "its worker was lost " + counted(patience.crashes, "time");
  const auto poisoned = db.change(
      "update jobs set state = 'failed', lease_until = null, worker = null, crashes = crashes + 1, "
      "error_code = 'poison', error_detail = :reason, finished_at = :now, updated_at = :now "
      "where lease_until <= :deadline and crashes + 1 >= :crashes",
      {{"reason", reason}, {"now", now}, {"deadline", deadline}, {"crashes", patience.crashes}});
  if (poisoned > 0) list_all_removals(db);
  const auto requeued = db.change("update jobs set state = 'queued', " + released +
                                      ", crashes = crashes + 1, not_before = :now, ring_due = :now "
                                      "where lease_until <= :deadline",
                                  {{"now", now}, {"deadline", deadline}});
  return poisoned + requeued;
}

/// Jobs that wait for a time later than this wait no longer: the clock was put back since they began to.
void forget_waits(Connection& db, Time now, Time later_than) {
  db.change(
      "update jobs set not_before = :now, ring_due = :now "
      "where state = 'queued' and (ring_due > :later_than or not_before > :later_than)",
      {{"now", now}, {"later_than", later_than}});
}

bool claim_one(Connection& db, const Identity& identity, std::string_view worker, Time now, Time until,
               std::uint64_t crashes_below) {
  return db.change(
             "update jobs set state = 'calculating', fence = fence + 1, worker = :worker, lease_until = :until, "
             "started_at = :now, updated_at = :now "
             "where identity = :identity and state = 'queued' and not_before <= :now and crashes < :crashes_below "
             "and " +
                 not_to_be_removed,
             {{"identity", identity.text()},
              {"worker", worker},
              {"until", until},
              {"now", now},
              {"crashes_below", crashes_below}}) > 0;
}

/// A job that could be claimed if it were asked for alone.
std::optional<Job> select_suspect(Connection& db, const Identity& identity, Time now) {
  auto job = select_job(db, identity);
  const bool waits = job && job->state == State::queued && job->not_before <= now;
  if (!waits || job->crashes < core::crashes_until_alone) return std::nullopt;
  return job;
}

std::size_t finish_one(Connection& db, const Finish& finish, Time now) {
  const Claim& claim = finish.claim;
  const Stored& stored = finish.stored;
  const auto finished = db.change(
      "update jobs set state = 'done', lease_until = null, worker = null, digits = :digits, bytes = :bytes, "
      "sha256 = :sha256, merkle_root = :merkle_root, residues = :residues, error_code = null, "
      "error_detail = null, finished_at = :now, updated_at = :now where state = 'uploading' and " +
          held,
      {{"identity", claim.identity.text()},
       {"fence", claim.fence},
       {"digits", stored.digits},
       {"bytes", stored.bytes},
       {"sha256", hex(stored.sha256)},
       {"merkle_root", hex(stored.merkle_root)},
       {"residues", stored.residues},
       {"now", now}});
  if (finished == 0) list_removal(db, claim.identity);
  if (finished > 0 && finish.blocks.size() > 1)
    db.change("insert into job_blocks (identity, hashes) values (:identity, :hashes)",
              {{"identity", claim.identity.text()}, {"hashes", join_hashes(finish.blocks)}});
  return finished;
}

class SqlJobStore final : public core::JobStore {
 public:
  SqlJobStore(std::unique_ptr<Runner> runner, Dialect dialect)
      : runner_(std::move(runner)),
        dialect_(std::move(dialect)),
        shelf_(make_sql_shelf(*runner_, dialect_)),
        cursors_(make_sql_cursors(*runner_)) {}

  Result<std::vector<Submission>> submit(std::span<const NewJob> jobs) override {
    return write<std::vector<Submission>>([&](Connection& db, std::vector<Submission>& answer) -> Result<> {
      const Time now = dialect_.now(db);
      for (const NewJob& job : jobs) answer.push_back(submit_one(db, dialect_, job, now));
      return Done{};
    });
  }

  Result<std::optional<Job>> find(const Identity& identity) override {
    return read<std::optional<Job>>([&](Connection& db, std::optional<Job>& answer) -> Result<> {
      answer = select_job(db, identity);
      return Done{};
    });
  }

  Result<std::vector<Job>> list(const core::JobQuery& query) override {
    return read<std::vector<Job>>([&](Connection& db, std::vector<Job>& answer) -> Result<> {
      answer = list_jobs(db, query);
      return Done{};
    });
  }

  Result<std::vector<Bell>> bells_due(std::size_t limit) override {
    return read<std::vector<Bell>>([&](Connection& db, std::vector<Bell>& answer) -> Result<> {
      for (const Row& row :
           db.rows("select identity, not_before, priority from jobs where state = 'queued' and ring_due <= :now "
                   "and not_before <= :now and " +
                       not_to_be_removed + " order by ring_due, id limit :limit",
                   3, {{"now", dialect_.now(db)}, {"limit", std::uint64_t{limit}}}))
        answer.push_back({read_identity(row.text(0)), core::rank(row.time(1), static_cast<unsigned>(row.count(2)))});
      return Done{};
    });
  }

  Result<> rung(std::span<const Identity> identities) override {
    return runner_->write(
        [&](Connection& db) -> Result<> {
          const Time now = dialect_.now(db);
          for (const Identity& identity : identities) note_ring(db, identity, now);
          return Done{};
        },
        Lasting::until_outage);
  }

  Result<std::vector<Job>> claim_many(std::span<const Identity> identities, std::string_view worker,
                                      Duration lease) override {
    return write<std::vector<Job>>(
        [&](Connection& db, std::vector<Job>& answer) -> Result<> {
          const Time now = dialect_.now(db);
          const std::uint64_t crashes_below =
              identities.size() == 1 ? std::uint64_t{INT64_MAX} : core::crashes_until_alone;
          for (const Identity& identity : identities)
            if (claim_one(db, identity, worker, now, now + lease, crashes_below))
              answer.push_back(*select_job(db, identity));
            else if (auto suspect = select_suspect(db, identity, now); suspect && identities.size() > 1)
              answer.push_back(std::move(*suspect));
          return Done{};
        },
        Lasting::until_outage);
  }

  Result<std::vector<bool>> renew_many(std::span<const Claim> claims, Duration lease) override {
    return holding_each(
        claims,
        [&](Connection& db, const Claim& claim, Time now) {
          return db.change("update jobs set lease_until = :until where " + held,
                           {{"identity", claim.identity.text()}, {"fence", claim.fence}, {"until", now + lease}});
        },
        Lasting::until_outage);
  }

  Result<std::vector<bool>> uploading_many(std::span<const Claim> claims) override {
    return holding_each(
        claims,
        [](Connection& db, const Claim& claim, Time now) {
          return db.change("update jobs set state = 'uploading', updated_at = :now where " + held,
                           {{"identity", claim.identity.text()}, {"fence", claim.fence}, {"now", now}});
        },
        Lasting::until_outage);
  }

  Result<std::vector<bool>> finish_many(std::span<const Finish> finishes) override {
    return holding_each(finishes, finish_one, Lasting::always);
  }

  Result<State> fail(const Claim& claim, const Error& error, Duration delay, const Patience& patience) override {
    return write<State>([&](Connection& db, State& answer) -> Result<> {
      const Time now = dialect_.now(db);
      const auto rows = db.rows("select failures from jobs where " + held + std::string(dialect_.holding), 1,
                                {{"identity", claim.identity.text()}, {"fence", claim.fence}});
      if (rows.empty()) return lease_lost(claim);
      const bool last = !error.retryable() || rows.front().count(0) + 1 >= patience.failures;
      answer = last ? State::failed : State::queued;
      const Time again = now + std::max(delay, Duration::zero());
      db.change("update jobs set state = :state, " + released +
                    ", failures = failures + 1, error_code = :code, error_detail = :detail, "
                    "not_before = :again, ring_due = :again, finished_at = :finished where " +
                    held,
                {{"identity", claim.identity.text()},
                 {"fence", claim.fence},
                 {"state", core::name(answer)},
                 {"code", facts(error.code).name},
                 {"detail", error.detail},
                 {"again", again},
                 {"finished", last ? std::optional(now) : std::nullopt},
                 {"now", now}});
      if (last) list_removal(db, claim.identity);
      return Done{};
    });
  }

  Result<> give_back(const Claim& claim) override {
    return holding(claim, [&](Connection& db, Time now) {
      return db.change("update jobs set state = 'queued', " + released + ", ring_due = :now where " + held,
                       {{"identity", claim.identity.text()}, {"fence", claim.fence}, {"now", now}});
    });
  }

  Result<std::optional<State>> cancel(const Identity& identity) override {
    return write<std::optional<State>>([&](Connection& db, std::optional<State>& answer) -> Result<> {
      const auto rows = db.rows("select state from jobs where identity = :identity" + std::string(dialect_.holding), 1,
                                {{"identity", identity.text()}});
      if (rows.empty()) return Done{};
      answer = read_state(rows.front().text(0));
      db.change(
          "update jobs set state = 'cancelled', lease_until = null, worker = null, finished_at = :now, "
          "updated_at = :now where identity = :identity and state in ('queued', 'calculating', 'uploading')",
          {{"identity", identity.text()}, {"now", dialect_.now(db)}});
      if (!core::finished(*answer)) list_removal(db, identity);
      return Done{};
    });
  }

  Result<> recompute(const Identity& identity, const Sha256& sha256) override {
    return runner_->write([&](Connection& db) -> Result<> {
      const auto rows = db.rows(
          "select sha256 from jobs where identity = :identity and state = 'done' and "
          "evicted_at is null" +
              std::string(dialect_.holding),
          1, {{"identity", identity.text()}});
      if (rows.empty() || read_hash(rows.front().text(0)) != sha256)
        return Error{Code::lease_lost, identity.text() + " has no finished result " + hex(sha256) + " any more"};
      db.change("update jobs set state = 'queued', " + released +
                    ", failures = 0, crashes = 0, not_before = :now, ring_due = :now, digits = null, "
                    "bytes = null, sha256 = null, merkle_root = null, residues = null, "
                    "finished_at = null where identity = :identity",
                {{"identity", identity.text()}, {"now", dialect_.now(db)}});
      db.change("delete from job_blocks where identity = :identity", {{"identity", identity.text()}});
      return Done{};
    });
  }

  Result<std::size_t> expire_leases(const Patience& patience) override {
    Time now;
    auto ended = write<std::size_t>([&](Connection& db, std::size_t& answer) -> Result<> {
      now = dialect_.now(db);
      if (now < latest_.load()) forget_waits(db, now, now);
      answer = end_leases(db, patience, now, now);
      return Done{};
    });
    if (ended) latest_ = now;
    return ended;
  }

  Result<std::size_t> void_leases(const Patience& patience) override {
    return write<std::size_t>([&](Connection& db, std::size_t& answer) -> Result<> {
      const Time now = dialect_.now(db);
      answer = end_leases(db, patience, now, Time::max());
      // An attempt whose job was given up may have left its digits after they were removed, and have died then.
      list_all_removals(db);
      db.change("delete from leaders");
      // The bells of the earlier life rang into a queue that ended with it.
      db.change(
          "update jobs set rung_at = null, rings = 0, ring_due = not_before where state = 'queued' and rings > 0");
      // No wait is so long; and how far the clock was put back while nobody looked, nobody knows.
      forget_waits(db, now, now + core::bell_wait_longest);
      return Done{};
    });
  }

  Result<std::vector<Sha256>> blocks(const Identity& identity) override {
    return read<std::vector<Sha256>>([&](Connection& db, std::vector<Sha256>& answer) -> Result<> {
      const auto rows =
          db.rows("select hashes from job_blocks where identity = :identity", 1, {{"identity", identity.text()}});
      if (!rows.empty()) answer = split_hashes(rows.front().text(0));
      return Done{};
    });
  }

  core::CursorStore& cursors() override { return *cursors_; }

  Result<StateCounts> counts() override {
    return read<StateCounts>([](Connection& db, StateCounts& answer) -> Result<> {
      for (const Row& row : db.rows("select state, count(*) from jobs group by state", 2))
        answer[static_cast<std::size_t>(read_state(row.text(0)))] = row.count(1);
      return Done{};
    });
  }

  core::Shelf& shelf() override { return *shelf_; }

  Result<bool> elect(std::string_view role, std::string_view holder, Duration term) override {
    return write<bool>(
        [&](Connection& db, bool& answer) -> Result<> {
          const Time now = dialect_.now(db);
          const auto kept = db.change(
              "update leaders set holder = :holder, until = :until "
              "where role = :role and (holder = :holder or until <= :now)",
              {{"role", role}, {"holder", holder}, {"until", now + term}, {"now", now}});
          answer = kept > 0 ||
                   db.change(dialect_.insert_leader, {{"role", role}, {"holder", holder}, {"until", now + term}}) > 0;
          return Done{};
        },
        Lasting::until_outage);
  }

  Result<std::uint64_t> place(std::string_view role) override {
    return read<std::uint64_t>([&](Connection& db, std::uint64_t& answer) -> Result<> {
      const auto rows = db.rows("select place from places where role = :role", 1, {{"role", role}});
      if (!rows.empty()) answer = rows.front().count(0);
      return Done{};
    });
  }

  Result<> keep_place(std::string_view role, std::uint64_t place) override {
    return runner_->write([&](Connection& db) -> Result<> {
      const Parameters row = {{"role", role}, {"place", place}};
      if (db.change("update places set place = :place where role = :role", row) == 0)
        db.change("insert into places (role, place) values (:role, :place)", row);
      return Done{};
    });
  }

  Result<> ping() override {
    auto answered = runner_->read([](Connection& db) -> Result<> {
      db.rows("select 1", 1);
      return Done{};
    });
    return answered ? runner_->in_place() : answered;
  }

 private:
  /// Runs an act that fills in an answer. It may be run again after a failure, so it starts from an empty one.
  template <class T, class Fill>
  Result<T> write(Fill fill, Lasting lasting = Lasting::always) {
    T answer{};
    auto outcome = runner_->write([&](Connection& db) { return fill(db, answer = T{}); }, lasting);
    if (!outcome) return outcome.error();
    return answer;
  }

  template <class T, class Fill>
  Result<T> read(Fill fill) {
    T answer{};
    auto outcome = runner_->read([&](Connection& db) { return fill(db, answer = T{}); });
    if (!outcome) return outcome.error();
    return answer;
  }

  /// Runs a change that only the claim's holder may make; one that changed nothing shows that the claim is over.
  template <class Change>
  Result<> holding(const Claim& claim, Change change) {
    return runner_->write([&](Connection& db) -> Result<> {
      if (change(db, dialect_.now(db)) == 0) return lease_lost(claim);
      return Done{};
    });
  }

  /// Makes the change for each; which of them changed a row, in order.
  template <class Item, class Change>
  Result<std::vector<bool>> holding_each(std::span<const Item> items, Change change, Lasting lasting) {
    return write<std::vector<bool>>(
        [&](Connection& db, std::vector<bool>& answer) -> Result<> {
          const Time now = dialect_.now(db);
          for (const Item& item : items) answer.push_back(change(db, item, now) > 0);
          return Done{};
        },
        lasting);
  }

  static void note_ring(Connection& db, const Identity& identity, Time now) {
    db.change(
        "update jobs set rung_at = :now, rings = rings + 1, ring_due = :now + case when rings >= :doublings "
        "then :longest else :first * (1 << rings) end where identity = :identity and state = 'queued'",
        {{"identity", identity.text()},
         {"now", now},
         {"doublings", doublings()},
         {"longest", core::bell_wait_longest},
         {"first", core::bell_wait_first}});
  }

  std::unique_ptr<Runner> runner_;
  Dialect dialect_;
  std::unique_ptr<core::Shelf> shelf_;
  std::unique_ptr<core::CursorStore> cursors_;
  std::atomic<Time> latest_{Time::min()};  ///< when leases were looked at last
};

}  // namespace

std::unique_ptr<core::JobStore> make_sql_job_store(std::unique_ptr<Runner> runner, Dialect dialect) {
  return std::make_unique<SqlJobStore>(std::move(runner), std::move(dialect));
}

}  // namespace decima::adapters
