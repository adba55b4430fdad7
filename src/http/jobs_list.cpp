// The jobs there are, page by page.
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include "base/sha256.hpp"
#include "base/text.hpp"
#include "http/handlers.hpp"
#include "http/job_json.hpp"
#include "http/json_text.hpp"
#include "kinds/registry.hpp"

namespace decima::http {
namespace {

namespace json = boost::json;

constexpr std::size_t usual_page = 50, longest_page = 1'000;

/// The list that a query names, as the query itself would say it, without page and cursor.
std::string name_of(const core::JobQuery& query) {
  std::string name;
  if (query.kind) name += "kind=" + *query.kind + "&";
  if (query.state) name += "state=" + std::string(core::name(*query.state)) + "&";
  return name;
}

/// Where the next page begins: a job's number, and a mark that it was given out for this very list, so that what was
/// made up or belongs to another list is told from what is right.
std::string cursor(const core::JobQuery& query, std::uint64_t number) {
  const std::string shown = std::to_string(number);
  return shown + "-" + hex(sha256("jobs: " + name_of(query) + shown)).substr(0, 8);
}

Result<std::uint64_t> read_cursor(const core::JobQuery& query, const std::string& given) {
  const auto number = parse_number(std::string_view(given).substr(0, given.find('-')));
  if (!number || cursor(query, *number) != given)
    return Error{Code::invalid_argument, "this cursor was not given out for this list; begin again without one"};
  return *number;
}

Result<core::JobQuery> read_query(const Call& call) {
  core::JobQuery query{.kind = call.target.query("kind"), .limit = usual_page};
  if (query.kind && !kinds::find(*query.kind)) return Error{Code::invalid_argument, "kind is one of " + kinds::names()};
  if (const auto state = call.target.query("state")) {
    query.state = core::state_named(*state);
    if (!query.state)
      return Error{Code::invalid_argument, "state is one of queued, calculating, uploading, done, failed, cancelled"};
  }
  if (const auto limit = call.target.query("limit")) {
    const auto number = parse_number(*limit);
    if (!number || *number < 1 || *number > longest_page)
      return Error{Code::invalid_argument, "limit is 1 to " + std::to_string(longest_page)};
    query.limit = *number;
  }
  if (const auto given = call.target.query("cursor")) {
    const auto before = read_cursor(query, *given);
    if (!before) return before.error();
    query.before = *before;
  }
  return query;
}

Response list(const Call& call, core::JobQuery query) {
  // One more than the page holds tells whether there is a next.
  const std::size_t page = query.limit++;
  auto jobs = call.service.list(query);
  if (!jobs) return call.refuse(jobs.error());
  json::value next = nullptr;
  Response response;
  if (jobs->size() > page) {
    jobs->pop_back();
    const std::string from = cursor(query, jobs->back().number);
    response.field("Link", "</api/v1/jobs?" + name_of(query) + "limit=" + std::to_string(page) + "&cursor=" + from +
                               ">; rel=\"next\"");
    next = text(from);
  }
  json::array items;
  for (const core::Job& job : *jobs) items.push_back(job_json(job, call.service));
  response.prefix = json::serialize(json::object{{"items", std::move(items)}, {"next_cursor", std::move(next)}});
  return response;
}

}  // namespace

Answer list_jobs(const Call& call) {
  auto query = read_query(call);
  if (!query) return call.refuse(query.error());
  return Work{[&call, query = std::move(*query)] { return list(call, query); }};
}

}  // namespace decima::http
