#include "adapters/store/job_list.hpp"

#include <algorithm>
#include <cstdint>

#include "adapters/store/job_rows.hpp"

namespace decima::adapters {
namespace {

using core::Job;
using core::JobQuery;

std::string page_where(std::string_view condition) {
  return "select " + std::string(job_columns) + " from jobs where " + std::string(condition) +
         "id < :before order by id desc limit :limit";
}

enum Statement : std::size_t { of_all, of_kind, of_state_and_kind, of_kinds };

/// Each kind by one look into the index, however many jobs there are.
constexpr std::string_view kinds_sql =
    "with recursive kinds (kind) as (select min(kind) from jobs union all "
    "select (select min(jobs.kind) from jobs where jobs.kind > kinds.kind) from kinds where kinds.kind is not null) "
    "select kind from kinds where kind is not null";

const std::string& sql(Statement statement) { return list_statements()[statement].sql; }

std::vector<Job> read_jobs(const std::vector<Row>& rows) {
  std::vector<Job> jobs;
  for (const Row& row : rows) jobs.push_back(read_job(row));
  return jobs;
}

struct Page {
  std::uint64_t before, limit;
};

std::vector<Job> in_state(Connection& db, const std::string& kind, std::string_view state, const Page& page) {
  return read_jobs(db.rows(sql(of_state_and_kind), job_column_count,
                           {{"state", state}, {"kind", kind}, {"before", page.before}, {"limit", page.limit}}));
}

/// The newest in this state of each kind, merged: a job never changes its kind, so none comes twice.
std::vector<Job> of_every_kind(Connection& db, std::string_view state, const Page& page) {
  std::vector<Job> jobs;
  for (const Row& row : db.rows(sql(of_kinds), 1)) {
    std::vector<Job> more = in_state(db, row.text(0), state, page);
    std::move(more.begin(), more.end(), std::back_inserter(jobs));
  }
  std::ranges::sort(jobs, std::ranges::greater(), &Job::number);
  if (jobs.size() > page.limit) jobs.erase(jobs.begin() + static_cast<std::ptrdiff_t>(page.limit), jobs.end());
  return jobs;
}

}  // namespace

std::span<const ListStatement> list_statements() {
  static const ListStatement statements[] = {{page_where(""), ""},
                                             {page_where("kind = :kind and "), "jobs_kind"},
                                             {page_where("state = :state and kind = :kind and "), "jobs_state_kind"},
                                             {std::string(kinds_sql), "jobs_kind"}};
  return statements;
}

std::vector<Job> list_jobs(Connection& db, const JobQuery& query) {
  const Page page{std::min<std::uint64_t>(query.before.value_or(INT64_MAX), INT64_MAX), query.limit};
  if (query.state && query.kind) return in_state(db, *query.kind, core::name(*query.state), page);
  if (query.state) return of_every_kind(db, core::name(*query.state), page);
  if (query.kind)
    return read_jobs(db.rows(sql(of_kind), job_column_count,
                             {{"kind", *query.kind}, {"before", page.before}, {"limit", page.limit}}));
  return read_jobs(db.rows(sql(of_all), job_column_count, {{"before", page.before}, {"limit", page.limit}}));
}

}  // namespace decima::adapters
