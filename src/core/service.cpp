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

metrics::Counter& restored_counter() {
  static metrics::Counter counter =
      metrics::counter("decima_restored_results_total", "Evicted results that were asked for and queued again.");
  return counter;
}

Quota::Bytes bytes_of(std::span<const Request> requests) {
  Quota::Bytes bytes;
  for (const Request& request : requests) bytes[std::string(request.kind->name)] += request.estimate.digits;
  return bytes;
}

Quota::Bytes queued_bytes(std::span<const Request> requests, std::span<const Submission> submitted) {
  Quota::Bytes bytes;
  for (std::size_t i = 0; i < requests.size(); i++)
    if (submitted[i].newly_queued) bytes[std::string(requests[i].kind->name)] += requests[i].estimate.digits;
  return bytes;
}

/// Whether its bytes are counted already, so that to ask for it again takes no room.
bool counted(const std::optional<Job>& job) {
  return job && (!finished(job->state) || (job->state == State::done && !job->evicted_at));
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
  const auto room = make_room(requests);
  if (!room) return room.error();
  std::vector<NewJob> wanted;
  for (const Request& request : requests)
    wanted.push_back({request.identity, std::string(trace), request.estimate.digits, priority_of(request)});
  auto submitted = ports_.jobs.submit(wanted);
  quota_.settle(*room, submitted ? queued_bytes(requests, *submitted) : Quota::Bytes());
  if (!submitted) return submitted;
  if (std::ranges::any_of(*submitted, &Submission::newly_queued)) bell_.ring();
  return submitted;
}

/// Reserves room for all; answers with what it reserved. Only when that fails it is worth a look which of them have
/// theirs already.
Result<Quota::Bytes> Service::make_room(std::span<const Request> requests) {
  if (!quota_.limited()) return Quota::Bytes();
  Quota::Bytes wanted = bytes_of(requests);
  auto reserved = quota_.reserve(wanted);
  if (!reserved && reserved.error().code == Code::quota_full) reserved = room_for_new(requests, wanted);
  if (!reserved) return reserved.error();
  return wanted;
}

Result<> Service::room_for_new(std::span<const Request> requests, Quota::Bytes& wanted) {
  std::vector<Request> fresh;
  for (const Request& request : requests) {
    const auto row = ports_.jobs.find(request.identity);
    if (!row) return row.error();
    if (!counted(*row) && std::ranges::find(fresh, request.identity, &Request::identity) == fresh.end())
      fresh.push_back(request);
  }
  wanted = bytes_of(fresh);
  return quota_.reserve(wanted);
}

Result<std::optional<Job>> Service::find(const Identity& identity) const { return ports_.jobs.find(identity); }

Result<std::optional<State>> Service::cancel(const Identity& identity) {
  // The row first: a computation that is stopped then finds that its claim is over, and leaves the row alone.
  auto found = ports_.jobs.cancel(identity);
  if (!found || !*found) return found;
  live_.stop(identity);
  // What an attempt may have published is on the list of removals, and nobody can have the job before it is off. Who
  // asks for it again at once should not have to wait for the next round.
  if (removals_ && !finished(**found)) removals_->ring();
  return found;
}

Result<CachedText> Service::text(const Job& job) {
  if (job.evicted_at) return bring_back(job);
  if (uses_) uses_->note(job.identity);
  auto text = whole_text(ports_, job, policy_);
  if (!text && text.error().code == Code::corrupt) damaged(job);
  return text;
}

Result<CheckedText> Service::open_text(const Job& job) {
  if (job.evicted_at) return bring_back(job);
  if (uses_) uses_->note(job.identity);
  auto text = CheckedText::open(ports_, job);
  if (!text && text.error().code == Code::corrupt) damaged(job);
  return text;
}

/// Puts an evicted job in the queue again; the error says what the asker has to do.
Error Service::bring_back(const Job& job) {
  const Quota::Bytes bytes = {{std::string(job.identity.kind()), job.stored->bytes}};
  if (auto room = quota_.reserve(bytes); !room) return room.error();
  const auto restored = ports_.jobs.shelf().restore(job.identity);
  quota_.settle(bytes, restored ? bytes : Quota::Bytes());
  if (restored) {
    log::info("result.restored", {{"job", job.identity.text()}});
    restored_counter().add();
    bell_.ring();
  } else if (restored.error().code != Code::lease_lost && restored.error().code != Code::unavailable) {
    return restored.error();
  }
  return {Code::not_finished, "the digits of " + job.identity.text() +
                                  " were removed to make room for others, and are computed again: ask again soon"};
}

void Service::damaged(const Job& job) {
  // Digits that are gone because they were evicted since the row was read are no damage.
  if (const auto now = ports_.jobs.find(job.identity); now && *now && (*now)->evicted_at) {
    bring_back(**now);
    return;
  }
  if (auto done = set_aside(ports_, job); !done && done.error().code != Code::lease_lost)
    log::error("result.set_aside_failed", {{"job", job.identity.text()}, {"error", done.error().message()}});
  bell_.ring();
}

std::array<Service::Part, 3> Service::parts() const {
  return {Part{"jobs", ports_.jobs.ping()}, Part{"queue", ports_.queue.ping()}, Part{"blobs", ports_.blobs.ping()}};
}

}  // namespace decima::core
