#include "adapters/store/sql_shelf.hpp"

#include "adapters/store/job_rows.hpp"

namespace decima::adapters {
namespace {

using core::Eviction;
using core::Identity;
using core::Job;
using core::ShelfRooms;

/// Rows that have no digits, though an attempt may have left some: one that nobody began has none.
const std::string list_those =
    "insert into evictions (identity) select identity from jobs where fence > 0 "
    "and (evicted_at is not null or state in ('failed', 'cancelled')) "
    "and not exists (select 1 from evictions where evictions.identity = jobs.identity)";

ShelfRooms read_rooms(Connection& db) {
  ShelfRooms rooms;
  for (const Row& row : db.rows("select kind, coalesce(sum(case when state = 'done' then bytes end), 0), "
                                "coalesce(sum(case when state <> 'done' then expected_bytes end), 0) from jobs "
                                "where state in ('queued', 'calculating', 'uploading', 'done') and evicted_at is null "
                                "group by kind",
                                3))
    rooms[row.text(0)] = {row.count(1), row.count(2)};
  return rooms;
}

bool evict_one(Connection& db, const Eviction& eviction, Time now) {
  const auto evicted = db.change(
      "update jobs set evicted_at = :now, updated_at = :now "
      "where identity = :identity and state = 'done' and evicted_at is null and sha256 = :sha256",
      {{"identity", eviction.identity.text()}, {"sha256", hex(eviction.sha256)}, {"now", now}});
  if (evicted == 0) return false;
  db.change("insert into evictions (identity) values (:identity)", {{"identity", eviction.identity.text()}});
  return true;
}

bool removal_is_due(Connection& db, const Identity& identity) {
  return !db.rows("select identity from evictions where identity = :identity", 1, {{"identity", identity.text()}})
              .empty();
}

class SqlShelf final : public core::Shelf {
 public:
  SqlShelf(Runner& runner, const Dialect& dialect) : runner_(runner), dialect_(dialect) {}

  Result<ShelfRooms> rooms() override {
    ShelfRooms answer;
    auto outcome = runner_.read([&](Connection& db) -> Result<> {
      answer = read_rooms(db);
      return Done{};
    });
    if (!outcome) return outcome.error();
    return answer;
  }

  Result<> used(std::span<const Identity> identities) override {
    return runner_.write([&](Connection& db) -> Result<> {
      const Time now = dialect_.now(db);
      for (const Identity& identity : identities)
        db.change("update jobs set used_at = :now where identity = :identity and state = 'done'",
                  {{"identity", identity.text()}, {"now", now}});
      return Done{};
    });
  }

  Result<std::vector<Job>> least_used(std::size_t limit) override {
    static const std::string sql = "select " + std::string(job_columns) +
                                   " from jobs where state = 'done' and evicted_at is null "
                                   "order by coalesce(used_at, finished_at), id limit :limit";
    std::vector<Job> answer;
    auto outcome = runner_.read([&](Connection& db) -> Result<> {
      answer.clear();
      for (const Row& row : db.rows(sql, job_column_count, {{"limit", std::uint64_t{limit}}}))
        answer.push_back(read_job(row));
      return Done{};
    });
    if (!outcome) return outcome.error();
    return answer;
  }

  Result<std::vector<bool>> evict(std::span<const Eviction> evictions) override {
    std::vector<bool> answer;
    auto outcome = runner_.write([&](Connection& db) -> Result<> {
      answer.clear();
      const Time now = dialect_.now(db);
      for (const Eviction& eviction : evictions) answer.push_back(evict_one(db, eviction, now));
      return Done{};
    });
    if (!outcome) return outcome.error();
    return answer;
  }

  Result<std::vector<Identity>> evictions_begun(std::size_t limit) override {
    std::vector<Identity> answer;
    auto outcome = runner_.read([&](Connection& db) -> Result<> {
      answer.clear();
      for (const Row& row :
           db.rows("select identity from evictions limit :limit", 1, {{"limit", std::uint64_t{limit}}}))
        answer.push_back(read_identity(row.text(0)));
      return Done{};
    });
    if (!outcome) return outcome.error();
    return answer;
  }

  Result<> evicted(std::span<const Identity> identities) override {
    return runner_.write([&](Connection& db) -> Result<> {
      for (const Identity& identity : identities)
        db.change("delete from evictions where identity = :identity", {{"identity", identity.text()}});
      return Done{};
    });
  }

  Result<> restore(const Identity& identity) override {
    return runner_.write([&](Connection& db) -> Result<> {
      if (removal_is_due(db, identity))
        return Error{Code::unavailable, "the digits of " + identity.text() + " are being removed"};
      if (!restore_evicted(db, identity, dialect_.now(db)))
        return Error{Code::lease_lost, identity.text() + " has no evicted result"};
      return Done{};
    });
  }

 private:
  Runner& runner_;
  const Dialect& dialect_;
};

}  // namespace

bool restore_evicted(Connection& db, const Identity& identity, Time now) {
  const auto restored = db.change(
      "update jobs set state = 'queued', former_sha256 = sha256, evicted_at = null, used_at = null, "
      "expected_bytes = bytes, failures = 0, crashes = 0, rung_at = null, rings = 0, not_before = :now, "
      "ring_due = :now, digits = null, bytes = null, sha256 = null, merkle_root = null, residues = null, "
      "finished_at = null, updated_at = :now where identity = :identity and state = 'done' and "
      "evicted_at is not null and not exists (select 1 from evictions where evictions.identity = jobs.identity)",
      {{"identity", identity.text()}, {"now", now}});
  if (restored == 0) return false;
  db.change("delete from job_blocks where identity = :identity", {{"identity", identity.text()}});
  return true;
}

void list_removal(Connection& db, const Identity& identity) {
  static const std::string sql = list_those + " and identity = :identity";
  db.change(sql, {{"identity", identity.text()}});
}

void list_all_removals(Connection& db) {
  // Those that were evicted are on the list already, or removed.
  static const std::string sql = list_those + " and evicted_at is null";
  db.change(sql);
}

std::unique_ptr<core::Shelf> make_sql_shelf(Runner& runner, const Dialect& dialect) {
  return std::make_unique<SqlShelf>(runner, dialect);
}

}  // namespace decima::adapters
