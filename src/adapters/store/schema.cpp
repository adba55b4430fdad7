#include "adapters/store/schema.hpp"

#include <algorithm>
#include <functional>

namespace decima::adapters {
namespace {

constexpr std::string_view make_ledger =
    "create table if not exists schema_migrations (version bigint not null primary key, applied_at bigint not null)";

/// Runs the act between `lock` and commit; undone when it throws.
void alone(Connection& connection, std::string_view lock, const std::function<void()>& act) {
  connection.script(std::string(lock));
  try {
    act();
    connection.script("commit");
  } catch (...) {
    connection.script("rollback");
    throw;
  }
}

struct Applied {
  std::uint64_t version;
  Time at;
};

std::vector<Applied> applied(Connection& connection) {
  connection.script(std::string(make_ledger));
  std::vector<Applied> all;
  for (const Row& row : connection.rows("select version, applied_at from schema_migrations order by version", 2))
    all.push_back({row.count(0), row.time(1)});
  return all;
}

/// The schema may be behind this program, never ahead of it or beside it.
void refuse_unknown(const std::vector<Applied>& done, std::span<const Migration> known) {
  for (std::size_t i = 0; i < done.size(); ++i)
    if (i >= known.size() || done[i].version != known[i].version)
      throw SqlFailure({Code::schema_mismatch, "the database has migration " + std::to_string(done[i].version) +
                                                   ", which this program does not know; run a newer decima on it"});
}

/// Takes the next step up, if there is one.
bool take_step(Connection& connection, std::span<const Migration> known, Time now) {
  const auto done = applied(connection);
  refuse_unknown(done, known);
  if (done.size() == known.size()) return false;
  const Migration& next = known[done.size()];
  connection.script(std::string(next.up));
  connection.change("insert into schema_migrations (version, applied_at) values (:version, :now)",
                    {{"version", next.version}, {"now", now}});
  return true;
}

bool take_step_back(Connection& connection, std::span<const Migration> known) {
  const auto done = applied(connection);
  refuse_unknown(done, known);
  if (done.empty()) return false;
  const Migration& last = known[done.size() - 1];
  connection.script(std::string(last.down));
  connection.change("delete from schema_migrations where version = :version", {{"version", last.version}});
  return true;
}

}  // namespace

std::size_t step_up(Connection& connection, std::span<const Migration> known, std::string_view lock, Time now) {
  std::size_t steps = 0;
  for (bool stepped = true; stepped; steps += stepped)
    alone(connection, lock, [&] { stepped = take_step(connection, known, now); });
  return steps;
}

std::size_t step_down(Connection& connection, std::span<const Migration> known, std::string_view lock,
                      std::size_t steps) {
  std::size_t taken = 0;
  for (bool stepped = true; stepped && taken < steps; taken += stepped)
    alone(connection, lock, [&] { stepped = take_step_back(connection, known); });
  return taken;
}

std::vector<MigrationState> states(Connection& connection, std::span<const Migration> known) {
  const auto done = applied(connection);
  refuse_unknown(done, known);
  std::vector<MigrationState> all;
  for (std::size_t i = 0; i < known.size(); ++i)
    all.push_back(
        {known[i].version, std::string(known[i].name), i < done.size() ? std::optional(done[i].at) : std::nullopt});
  return all;
}

void require_current(Connection& connection, std::span<const Migration> known) {
  const auto done = applied(connection);
  refuse_unknown(done, known);
  if (done.size() < known.size())
    throw SqlFailure(
        {Code::schema_mismatch,
         "the database lacks migration " + std::to_string(known[done.size()].version) + "; run: decima migrate up"});
}

}  // namespace decima::adapters
