#include "core/live_jobs.hpp"

#include <algorithm>

namespace decima::core {

LiveJobs::Batch::Batch(LiveJobs& jobs) : jobs_(jobs) {
  const std::lock_guard lock(jobs_.mutex_);
  place_ = jobs_.batches_.insert(jobs_.batches_.end(), this);
}

LiveJobs::Batch::~Batch() {
  const std::lock_guard lock(jobs_.mutex_);
  jobs_.batches_.erase(place_);
}

void LiveJobs::Batch::add(const Identity& identity, std::stop_source stop) {
  const std::lock_guard lock(jobs_.mutex_);
  if (std::ranges::find(stopped_, identity) != stopped_.end()) stop.request_stop();
  claimed_.emplace_back(identity, std::move(stop));
}

bool LiveJobs::Batch::stop(const Identity& identity) {
  stopped_.push_back(identity);
  bool here = false;
  for (auto& [claimed, source] : claimed_)
    if (claimed == identity) here = source.request_stop() || here;
  return here;
}

LiveJobs::Entry::Entry(LiveJobs& jobs, const Identity& identity, std::uint64_t total, const engine::Progress& progress,
                       std::stop_source stop, Phase phase)
    : jobs_(jobs),
      identity_(identity),
      total_(total),
      progress_(progress),
      progress_before_(progress.done()),
      stop_(std::move(stop)),
      phase_(phase) {
  const std::lock_guard lock(jobs_.mutex_);
  place_ = jobs_.entries_.insert(jobs_.entries_.end(), this);
}

LiveJobs::Entry::~Entry() {
  const std::lock_guard lock(jobs_.mutex_);
  jobs_.entries_.erase(place_);
}

LiveJobs::Entry* LiveJobs::find(const Identity& identity) const {
  const auto found =
      std::find_if(entries_.begin(), entries_.end(), [&](const Entry* entry) { return entry->identity_ == identity; });
  return found == entries_.end() ? nullptr : *found;
}

std::optional<LiveJobs::Status> LiveJobs::status(const Identity& identity) const {
  const std::lock_guard lock(mutex_);
  const Entry* entry = find(identity);
  if (!entry) return std::nullopt;
  return Status{entry->phase_, entry->progress_.done() - entry->progress_before_, entry->total_,
                entry->watch_.seconds()};
}

bool LiveJobs::stop(const Identity& identity) {
  const std::lock_guard lock(mutex_);
  bool here = false;
  for (Batch* batch : batches_) here = batch->stop(identity) || here;
  if (Entry* entry = find(identity)) here = entry->stop_.request_stop() || here;
  return here;
}

std::string_view name(LiveJobs::Phase phase) {
  static constexpr std::string_view names[] = {"computing", "writing", "verifying"};
  return names[static_cast<std::size_t>(phase)];
}

}  // namespace decima::core
