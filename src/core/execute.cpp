#include "core/execute.hpp"

#include <algorithm>
#include <functional>
#include <random>

#include "base/log.hpp"
#include "base/metrics.hpp"
#include "core/compute.hpp"
#include "core/verify.hpp"

namespace decima::core {
namespace {

/// Digits in staging, as they were when written; the text itself too where the cache will want it.
struct Staged {
  std::string key;
  Digest digest;
  CachedText text;
};

struct StageTimes {
  metrics::Histogram compute = stage("compute"), write = stage("stage"), verify = stage("verify"),
                     publish = stage("publish");

  static metrics::Histogram stage(const char* name) {
    return metrics::histogram("decima_job_stage_seconds", "How long the stages of a job take.",
                              metrics::seconds_bounds(), {{"stage", name}});
  }
};

StageTimes& stage_times() {
  static StageTimes times;
  return times;
}

/// Runs one stage and notes how long it took.
template <class Step>
auto timed(metrics::Histogram& seconds, const Step& step) {
  const Stopwatch watch;
  auto result = step();
  seconds.observe(watch.seconds());
  return result;
}

Result<Staged> stage(const engine::Decimal& number, const Request& request, std::string key, const Bench& bench) {
  auto writer = bench.ports.blobs.create(key);
  if (!writer) return writer.error();
  const bool keep = bench.cache.admits(request.identity, request.estimate.digits);
  std::string kept;
  auto digest = emit(number, bench.engine, [&](std::string_view piece) {
    if (keep) kept.append(piece);
    return (*writer)->append(piece);
  });
  if (!digest) return digest.error();
  if (auto committed = (*writer)->commit(); !committed) return committed.error();
  return Staged{std::move(key), std::move(*digest),
                keep ? std::make_shared<const std::string>(std::move(kept)) : nullptr};
}

Result<Verified> verify_staged(const Staged& staged, const Request& request, const Bench& bench) {
  const auto read = [&](std::uint64_t offset, std::span<char> into) {
    return bench.ports.blobs.read(staged.key, offset, into);
  };
  return verify(request, staged.digest, replay(read, bench.engine.stop), bench.engine);
}

/// The row says uploading before the public name exists and done after: a crash between leaves a row that is computed
/// again, and a promote that comes late can only write the same verified bytes.
Result<> publish(const Staged& staged, const Verified& verified, const Request& request, const Claim& claim,
                 const Bench& bench) {
  const Names named = names(request.identity);
  if (auto begun = bench.ports.jobs.uploading(claim); !begun) return begun;
  if (auto moved = bench.ports.blobs.promote(staged.key, named.blob_key); !moved) return moved;
  const Digest& digest = verified.digest();
  const Stored stored{request.estimate.digits, digest.bytes, digest.sha256, digest.merkle_root,
                      verified.certificate().text()};
  const std::span<const Sha256> blocks = digest.blocks.size() > 1 ? std::span(digest.blocks) : std::span<Sha256>();
  if (auto finished = bench.ports.jobs.finish(claim, stored, blocks); !finished) return finished;
  if (staged.text) bench.ports.cache.put(named.cache_key, staged.text);
  return Done{};
}

/// The straight way, from row to public result.
Result<> attempt(const Result<Request>& request, const Claim& claim, const Bench& bench) {
  if (!request) return request.error();
  StageTimes& times = stage_times();
  const auto number = timed(times.compute, [&] { return compute(*request, bench.engine); });
  if (!number) return number.error();
  const auto staged =
      timed(times.write, [&] { return stage(*number, *request, staging_key(claim.identity, claim.fence), bench); });
  if (!staged) return staged.error();
  const auto verified = timed(times.verify, [&] { return verify_staged(*staged, *request, bench); });
  if (!verified) return verified.error();
  return timed(times.publish, [&] { return publish(*staged, *verified, *request, claim, bench); });
}

/// How long a job rests after its n-th failure: doubling from half a second to a minute, spread by half either way so
/// that jobs that failed together do not return together.
Duration rest_after(std::uint64_t failures) {
  const std::int64_t whole = std::min<std::int64_t>(500LL << std::min<std::uint64_t>(failures, 7), 60'000);
  thread_local std::minstd_rand random(std::random_device{}());
  return Duration(std::uniform_int_distribution<std::int64_t>(whole / 2, whole * 3 / 2)(random));
}

Ending ending_of(State state) { return state == State::queued ? Ending::queued : Ending::failed; }

/// Writes the failure into the row. When even that is impossible the lease runs out, and the janitor finds the job.
Ending record(const Error& error, const Job& job, const Claim& claim, const Bench& bench) {
  if (error.code == Code::lease_lost) return Ending::lost;
  if (error.code == Code::stopped) {
    const auto given = bench.ports.jobs.give_back(claim);
    return given ? Ending::given_back : Ending::lost;
  }
  const auto state = bench.ports.jobs.fail(claim, error, rest_after(job.failures), bench.patience);
  return state ? ending_of(*state) : Ending::lost;
}

void clean_up(const Claim& claim, const Bench& bench) {
  const std::string key = staging_key(claim.identity, claim.fence);
  if (auto removed = bench.ports.blobs.remove(key); !removed)
    log::warn("staging.not_removed", {{"blob", key}, {"error", removed.error().message()}});
}

}  // namespace

std::string_view name(Ending ending) {
  static constexpr std::string_view names[] = {"done", "queued", "failed", "given_back", "lost"};
  return names[static_cast<std::size_t>(ending)];
}

Ending execute(const Job& job, const Result<Request>& request, const Bench& bench) {
  const Claim claim{job.identity, job.fence};
  const auto published = attempt(request, claim, bench);
  if (published) return Ending::done;
  clean_up(claim, bench);
  const Ending ending = record(published.error(), job, claim, bench);
  const auto level = ending == Ending::failed ? log::Level::error : log::Level::warn;
  log::write(level, "job.attempt_failed",
             {{"job", job.identity.text()},
              {"fence", job.fence},
              {"ending", name(ending)},
              {"error", published.error().message()}});
  return ending;
}

}  // namespace decima::core
