#pragma once
#include <cstddef>

#include "base/clock.hpp"

namespace decima::core {

/// The stages of a job's life, in order.
enum class Stage { submit, relay, claim, compute, verify, publish, finish };

/// Notes how long a stage took and for how many jobs, from its making to its end: the metrics
/// decima_job_stage_seconds, one observation for each batch, and decima_job_stage_jobs_total.
class StageTimer {
 public:
  StageTimer(Stage stage, std::size_t jobs) : stage_(stage), jobs_(jobs) {}
  ~StageTimer();
  StageTimer(const StageTimer&) = delete;
  StageTimer& operator=(const StageTimer&) = delete;

  /// Where the number of jobs is known only at the end.
  void jobs(std::size_t count) { jobs_ = count; }

 private:
  Stage stage_;
  std::size_t jobs_;
  Stopwatch watch_;
};

}  // namespace decima::core
