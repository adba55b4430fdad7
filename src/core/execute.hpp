#pragma once
#include <optional>
#include <span>
#include <stop_token>
#include <vector>

#include "core/job_store.hpp"
#include "core/live_jobs.hpp"
#include "core/lookup.hpp"
#include "core/ports.hpp"
#include "core/request.hpp"
#include "core/verify.hpp"
#include "engine/context.hpp"

namespace decima::core {

/// How an attempt at a job ended.
enum class Ending {
  done,        ///< the result is published
  queued,      ///< it failed and will be tried again
  failed,      ///< it failed for good
  given_back,  ///< it was stopped without blame; another attempt may begin at once
  lost,        ///< the claim ran out, or the job was cancelled; whoever has the row now goes on
  unwritten,   ///< the store did not take how it ended; the claim holds still
};
std::string_view name(Ending ending);

/// Digits that were verified before: in `text`, or where that is empty, in staging.
struct Given {
  Verified verified;
  std::string text;
};

/// A claimed job, and what it asks for, or why that cannot be computed here.
struct Attempt {
  Job job;
  Result<Request> request;
  std::stop_source stop;            ///< requested when the job is cancelled, its lease is lost or the program ends
  std::optional<Given> given = {};  ///< nothing is left to compute

  Claim claim() const { return {job.identity, job.fence}; }
};

/// What attempts work with.
struct Bench {
  const Ports& ports;
  const CachePolicy& cache;
  const Patience& patience;
  LiveJobs& live;
  engine::Arena& arena;
  engine::Executor& executor;
  engine::Progress& progress;
};

/// The whole life of claimed jobs, and the only place that decides it:
///   compute → verify → publish → done,
/// each step for all attempts together, so that many small ones share the price of each sync to the disk. Each step
/// takes what the one before it made; an attempt that fails drops out and spoils no other. Short results are gathered
/// in memory, verified there and stored together under their public names; long ones go to staging piece by piece, are
/// verified as they lie there, and get their names after that. No digits but verified ones get a public name, and
/// nothing stays behind in staging. Answers in the order of the attempts.
std::vector<Ending> execute(std::span<const Attempt> attempts, const Bench& bench);

}  // namespace decima::core
