#include "adapters/store/sql_cursors.hpp"

#include <algorithm>

namespace decima::adapters {
namespace {

using core::Cursor;

struct Place {
  Cursor cursor;
  std::uint64_t seen = 0;  ///< the last row of jobs that the maximum has taken in
};

Place place(Connection& db) {
  const auto rows = db.rows("select next_number, max_number, seen from cursors where name = 'factorial'", 3);
  if (rows.size() != 1) throw SqlFailure({Code::corrupt, "the calculator's cursor is gone"});
  return {{rows[0].count(0), rows[0].count(1)}, rows[0].count(2)};
}

std::uint64_t last_row(Connection& db) { return db.rows("select coalesce(max(id), 0) from jobs", 1)[0].count(0); }

/// The largest factorial up to `most` that the rows after `seen` ask for; 0 where there is none.
std::uint64_t largest_asked(Connection& db, std::uint64_t seen, std::uint64_t most) {
  return db
      .rows(
          "select coalesce(max(cast(substr(identity, 11) as integer)), 0) from jobs "
          "where id > :seen and kind = 'factorial' and cast(substr(identity, 11) as integer) <= :most",
          1, {{"seen", seen}, {"most", most}})[0]
      .count(0);
}

bool is_done(Connection& db, std::uint64_t n) {
  return !db.rows("select 1 from jobs where identity = 'factorial-' || :n and state = 'done'", 1, {{"n", n}}).empty();
}

class SqlCursors final : public core::CursorStore {
 public:
  explicit SqlCursors(Runner& runner) : runner_(runner) {}

  Result<Cursor> cursor() override {
    return answered([&](const Act& act) { return runner_.read(act); }, [](Connection& db) { return place(db).cursor; });
  }

  Result<Cursor> raise_maximum(std::uint64_t least, std::uint64_t most) override {
    constexpr std::uint64_t longest = INT64_MAX;  // what a column holds
    const std::uint64_t limit = std::min(most, longest), floor = std::min(least, limit);
    // Once a second, by whoever is idle: what changes nothing should not write.
    bool news = true;
    const auto looked = runner_.read([&](Connection& db) -> Result<> {
      const Place now = place(db);
      news = now.cursor.maximum < floor || now.seen != last_row(db);
      return Done{};
    });
    if (!looked) return looked.error();
    if (!news) return cursor();
    return answered([&](const Act& act) { return runner_.write(act); },
                    [&](Connection& db) {
                      Place now = place(db);
                      const std::uint64_t last = last_row(db);
                      now.cursor.maximum = std::max({now.cursor.maximum, floor, largest_asked(db, now.seen, limit)});
                      db.change("update cursors set max_number = :maximum, seen = :seen where name = 'factorial'",
                                {{"maximum", now.cursor.maximum}, {"seen", last}});
                      return now.cursor;
                    });
  }

  Result<Cursor> pass_done(std::size_t limit) override {
    const auto here = cursor();
    if (!here) return here;
    bool passes = false;
    const auto looked = runner_.read([&](Connection& db) -> Result<> {
      passes = is_done(db, here->next);
      return Done{};
    });
    if (!looked) return looked.error();
    if (!passes) return here;
    return answered(
        [&](const Act& act) { return runner_.write(act); },
        [&](Connection& db) {
          Cursor now = place(db).cursor;
          for (std::size_t passed = 0; passed < limit && is_done(db, now.next); ++passed) ++now.next;
          db.change("update cursors set next_number = :next where name = 'factorial'", {{"next", now.next}});
          return now;
        });
  }

 private:
  /// What the act finds, run by a read or a write.
  template <class Run, class Find>
  static Result<Cursor> answered(Run run, Find find) {
    Cursor answer;
    const auto outcome = run([&](Connection& db) -> Result<> {
      answer = find(db);
      return Done{};
    });
    if (!outcome) return outcome.error();
    return answer;
  }

  Runner& runner_;
};

}  // namespace

std::unique_ptr<core::CursorStore> make_sql_cursors(Runner& runner) { return std::make_unique<SqlCursors>(runner); }

}  // namespace decima::adapters
