#include "core/service.hpp"

#include <algorithm>

#include "base/log.hpp"
#include "base/metrics.hpp"
#include "core/stage_timer.hpp"

namespace decima::core {
namespace {

struct CacheCounters {
  metrics::Counter hits = metrics::counter("decima_cache_lookups_total", "Lookups in the cache.", {{"result", "hit"}});
  metrics::Counter misses =
      metrics::counter("decima_cache_lookups_total", "Lookups in the cache.", {{"result", "miss"}});
};

CacheCounters& cache_counters() {
  static CacheCounters counters;
  return counters;
}

}  // namespace

CachedText Service::cached(const Identity& identity) const {
  CachedText found = ports_.cache.peek(names(identity).cache_key);
  (found ? cache_counters().hits : cache_counters().misses).add();
  return found;
}

Result<Submission> Service::submit(const Request& request, std::string_view trace) {
  auto submitted = submit(std::span(&request, 1), trace);
  if (!submitted) return submitted.error();
  return std::move(submitted->front());
}

Result<std::vector<Submission>> Service::submit(std::span<const Request> requests, std::string_view trace) {
  const StageTimer timer(Stage::submit, requests.size());
  std::vector<NewJob> wanted;
  for (const Request& request : requests)
    wanted.push_back({request.identity, std::string(trace), priority_of(request)});
  auto submitted = ports_.jobs.submit(wanted);
  if (!submitted) return submitted;
  if (std::ranges::any_of(*submitted, &Submission::newly_queued)) bell_.ring();
  return submitted;
}

Result<std::optional<Job>> Service::find(const Identity& identity) const { return ports_.jobs.find(identity); }

Result<std::optional<State>> Service::cancel(const Identity& identity) {
  // The row first: a computation that is stopped then finds that its claim is over, and leaves the row alone.
  auto found = ports_.jobs.cancel(identity);
  if (found && *found) live_.stop(identity);
  return found;
}

Result<CachedText> Service::text(const Job& job) {
  auto text = whole_text(ports_, job, policy_);
  if (!text && text.error().code == Code::corrupt) damaged(job);
  return text;
}

Result<CheckedText> Service::open_text(const Job& job) {
  auto text = CheckedText::open(ports_, job);
  if (!text && text.error().code == Code::corrupt) damaged(job);
  return text;
}

void Service::damaged(const Job& job) {
  if (auto done = set_aside(ports_, job); !done && done.error().code != Code::lease_lost)
    log::error("result.set_aside_failed", {{"job", job.identity.text()}, {"error", done.error().message()}});
  bell_.ring();
}

std::array<Service::Part, 3> Service::parts() const {
  return {Part{"jobs", ports_.jobs.ping()}, Part{"queue", ports_.queue.ping()}, Part{"blobs", ports_.blobs.ping()}};
}

}  // namespace decima::core
