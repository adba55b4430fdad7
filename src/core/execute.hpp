#pragma once
#include "core/job_store.hpp"
#include "core/lookup.hpp"
#include "core/ports.hpp"
#include "core/request.hpp"
#include "engine/context.hpp"

namespace decima::core {

/// How an attempt at a job ended.
enum class Ending {
  done,        ///< the result is published
  queued,      ///< it failed and will be tried again
  failed,      ///< it failed for good
  given_back,  ///< it was stopped without blame; another attempt may begin at once
  lost,        ///< the claim ran out on the way; whoever has the job now goes on
};
std::string_view name(Ending ending);

/// What an attempt works with. The engine's context is the caller's own: arena, threads, and a stop that is requested
/// when the program ends or the claim is lost.
struct Bench {
  const Ports& ports;
  const CachePolicy& cache;
  const Patience& patience;
  engine::Context& engine;
};

/// The whole life of a claimed job, and the only place that decides it:
///   compute → stage → verify → publish → done,
/// each step taking what the one before it made. Whatever fails, no digits but verified ones get the public name, and
/// nothing stays behind in staging. `request` is what the row asks for, or why it cannot be computed here.
Ending execute(const Job& job, const Result<Request>& request, const Bench& bench);

}  // namespace decima::core
