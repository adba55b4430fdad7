#include "core/janitor.hpp"

#include "base/log.hpp"
#include "base/text.hpp"

namespace decima::core {
namespace {

constexpr Duration between_rounds{5000};
constexpr unsigned rounds_between_staging_sweeps = 60;
constexpr std::size_t page = 1000;

/// "staging/factorial-7/3" → the claim that wrote it; empty when it is not a name of ours.
std::optional<Claim> claim_of(std::string_view key) {
  const auto parts = split(key, '/');
  if (parts.size() != 3) return std::nullopt;
  const auto identity = Identity::parse(parts[1]);
  const auto fence = parse_number(parts[2]);
  if (!identity || !fence) return std::nullopt;
  return Claim{*identity, *fence};
}

}  // namespace

Result<std::size_t> Janitor::sweep_leases() {
  if (own_leases_) own_leases_->renew_now();
  auto ended = ports_.jobs.expire_leases(patience_);
  if (ended && *ended > 0) {
    log::warn("janitor.leases_ended", {{"jobs", std::uint64_t{*ended}}});
    bell_.ring();
  }
  return ended;
}

Result<std::size_t> Janitor::sweep_staging() {
  std::size_t removed = 0;
  std::string after;
  for (;;) {
    const auto keys = ports_.blobs.list(staging_prefix, after, page);
    if (!keys) return keys.error();
    for (const std::string& key : *keys) {
      const auto claim = claim_of(key);
      if (!claim) continue;
      const auto job = ports_.jobs.find(claim->identity);
      if (!job) return job.error();
      const bool under_way = *job && (*job)->fence == claim->fence &&
                             ((*job)->state == State::calculating || (*job)->state == State::uploading);
      if (under_way) continue;
      if (auto gone = ports_.blobs.remove(key); !gone) return gone.error();
      removed++;
    }
    if (keys->size() < page) return removed;
    after = keys->back();
  }
}

/// Jobs that could not be claimed while they were on the list can be now.
Result<std::size_t> Janitor::finish_removals() {
  const auto finished = finish_evictions(ports_);
  if (finished && *finished > 0) bell_.ring();
  return finished;
}

Result<std::size_t> Janitor::sweep_results() {
  const auto finished = finish_removals();
  if (!finished || !retention_) return finished;
  return retention_->round();
}

bool Janitor::leads() {
  const auto elected = ports_.jobs.elect("janitor", name_, 3 * between_rounds);
  return elected && *elected;
}

void Janitor::round(bool staging_too) {
  if (const auto leases = sweep_leases(); !leases) log::warn("janitor.failed", {{"error", leases.error().message()}});
  if (const auto results = sweep_results(); !results)
    log::warn("janitor.failed", {{"error", results.error().message()}});
  if (!staging_too) return;
  if (const auto staging = sweep_staging(); !staging)
    log::warn("janitor.failed", {{"error", staging.error().message()}});
}

void Janitor::run(const std::stop_token& stop) {
  const std::stop_callback wake(stop, [this] { removals_.ring(); });
  // Only rounds that this one led count: one elected later, after a crash, has the more to sweep.
  for (unsigned rounds = 0; !stop.stop_requested();) {
    const bool led = leads();
    if (led) round(rounds++ % rounds_between_staging_sweeps == 0);
    const Stopwatch since;
    const auto left = [&] { return between_rounds - Duration(static_cast<std::int64_t>(since.seconds() * 1000)); };
    while (left() > Duration(0) && removals_.wait(left()) && !stop.stop_requested())
      if (led)
        if (const auto removed = finish_removals(); !removed)
          log::warn("janitor.failed", {{"error", removed.error().message()}});
  }
}

}  // namespace decima::core
