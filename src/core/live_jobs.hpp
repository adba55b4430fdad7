#pragma once
#include <atomic>
#include <cstdint>
#include <list>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "core/identity.hpp"
#include "engine/context.hpp"

namespace decima::core {

/// The jobs that this process has claimed, and those of them that it is computing right now: how far each is, and the
/// means to stop it. Any thread may ask.
class LiveJobs {
 public:
  /// Claims that are about to be made. Whoever makes one of these before the claim and adds what was claimed hears of
  /// each stop that is asked for until this ends: also of one that came when the claim was made and not yet known here.
  class Batch {
   public:
    explicit Batch(LiveJobs& jobs);
    ~Batch();
    Batch(const Batch&) = delete;
    Batch& operator=(const Batch&) = delete;

    void add(const Identity& identity, std::stop_source stop);

   private:
    friend class LiveJobs;
    bool stop(const Identity& identity);

    LiveJobs& jobs_;
    std::vector<std::pair<Identity, std::stop_source>> claimed_;
    std::vector<Identity> stopped_;  ///< few: what somebody gave up meanwhile
    std::list<Batch*>::iterator place_;
  };

  /// What is being done about a job's digits. There is no measure of how far the last two are.
  enum class Phase { computing, writing, verifying };

  struct Status {
    Phase phase = Phase::computing;
    std::uint64_t done = 0;   ///< work units
    std::uint64_t total = 0;  ///< by the estimate
    double seconds = 0;       ///< since it began
  };

  /// While this lives, the job is listed. `progress` counts for this job alone from now on.
  class Entry {
   public:
    Entry(LiveJobs& jobs, const Identity& identity, std::uint64_t total, const engine::Progress& progress,
          std::stop_source stop, Phase phase = Phase::computing);
    ~Entry();
    Entry(const Entry&) = delete;
    Entry& operator=(const Entry&) = delete;

    void enter(Phase phase) { phase_ = phase; }

   private:
    friend class LiveJobs;
    LiveJobs& jobs_;
    const Identity& identity_;
    const std::uint64_t total_;
    const engine::Progress& progress_;
    const std::uint64_t progress_before_;
    std::stop_source stop_;
    std::atomic<Phase> phase_;
    const Stopwatch watch_;
    std::list<Entry*>::iterator place_;
  };

  /// Empty when the job is not being computed here.
  std::optional<Status> status(const Identity& identity) const;
  /// Asks whoever works on the job to stop; false when it is not here.
  bool stop(const Identity& identity);

 private:
  Entry* find(const Identity& identity) const;

  mutable std::mutex mutex_;
  std::list<Entry*> entries_;  ///< few: as many as there are slots
  std::list<Batch*> batches_;  ///< the same
};

std::string_view name(LiveJobs::Phase phase);

}  // namespace decima::core
