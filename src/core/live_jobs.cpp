#include "core/live_jobs.hpp"

#include <algorithm>

namespace decima::core {

LiveJobs::Entry::Entry(LiveJobs& jobs, const Identity& identity, std::uint64_t total, const engine::Progress& progress,
                       std::stop_source stop)
    : jobs_(jobs),
      identity_(identity),
      total_(total),
      progress_(progress),
      progress_before_(progress.done()),
      stop_(std::move(stop)) {
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
  return Status{entry->progress_.done() - entry->progress_before_, entry->total_, entry->watch_.seconds()};
}

bool LiveJobs::stop(const Identity& identity) {
  const std::lock_guard lock(mutex_);
  Entry* entry = find(identity);
  return entry && entry->stop_.request_stop();
}

}  // namespace decima::core
