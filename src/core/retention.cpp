#include "core/retention.hpp"

#include "base/log.hpp"
#include "base/metrics.hpp"
#include "core/lookup.hpp"

namespace decima::core {
namespace {

/// How many results are evicted by one act.
constexpr std::size_t page = 256;

metrics::Counter& evicted_results() {
  static metrics::Counter counter =
      metrics::counter("decima_evicted_results_total", "Results whose digits were removed to make room.");
  return counter;
}

metrics::Counter& evicted_bytes() {
  static metrics::Counter counter =
      metrics::counter("decima_evicted_bytes_total", "Bytes of digits that were removed to make room.");
  return counter;
}

}  // namespace

void Uses::note(const Identity& identity) {
  const std::lock_guard lock(mutex_);
  identities_.insert(identity);
}

std::vector<Identity> Uses::take() {
  const std::lock_guard lock(mutex_);
  std::vector<Identity> taken(identities_.begin(), identities_.end());
  identities_.clear();
  return taken;
}

Result<std::size_t> finish_evictions(const Ports& ports) {
  std::size_t finished = 0;
  for (;;) {
    const auto begun = ports.jobs.shelf().evictions_begun(page);
    if (!begun) return begun.error();
    if (begun->empty()) return finished;
    for (const Identity& identity : *begun)
      if (auto removed = ports.blobs.remove(names(identity).blob_key); !removed) return removed.error();
    if (auto told = ports.jobs.shelf().evicted(*begun); !told) return told.error();
    finished += begun->size();
  }
}

Result<std::size_t> Retention::round() {
  if (const auto read = uses_.take(); !read.empty())
    if (auto noted = ports_.jobs.shelf().used(read); !noted) return noted.error();
  const auto there = kept();
  if (!there) return there.error();
  if (*there <= bytes_) return std::size_t{0};
  return evict_until(*there, bytes_ / 10 * 9);
}

Result<std::uint64_t> Retention::kept() const {
  const auto rooms = ports_.jobs.shelf().rooms();
  if (!rooms) return rooms.error();
  std::uint64_t all = 0;
  for (const auto& [kind, room] : *rooms) all += room.kept;
  return all;
}

Result<std::size_t> Retention::evict_until(std::uint64_t kept, std::uint64_t aim) {
  std::size_t count = 0;
  while (kept > aim) {
    const auto candidates = ports_.jobs.shelf().least_used(page);
    if (!candidates) return candidates.error();
    std::vector<Eviction> evictions;
    std::vector<std::uint64_t> bytes;
    if (candidates->empty()) return count;
    for (const Job& job : *candidates) {
      if (kept <= aim) break;
      kept -= std::min(kept, job.stored->bytes);
      // Without the digits nothing else could tell that this is not their hash.
      if (!certified(job.identity, *job.stored)) {
        if (auto aside = set_aside(ports_, job); !aside && aside.error().code != Code::lease_lost) return aside.error();
        continue;
      }
      evictions.push_back({job.identity, job.stored->sha256});
      bytes.push_back(job.stored->bytes);
    }
    const auto marked = ports_.jobs.shelf().evict(evictions);
    if (!marked) return marked.error();
    for (std::size_t i = 0; i < marked->size(); i++) {
      if (!(*marked)[i]) continue;
      count++;
      evicted_results().add();
      evicted_bytes().add(static_cast<double>(bytes[i]));
    }
    if (auto finished = finish_evictions(ports_); !finished) return finished.error();
  }
  log::info("retention.evicted", {{"results", std::uint64_t{count}}, {"bytes_left", kept}});
  return count;
}

}  // namespace decima::core
