#include "core/adopt.hpp"

#include "core/retention.hpp"

namespace decima::core {
namespace {

/// No claim has it, so that the digits lie where no attempt puts its own until there is a claim.
constexpr std::uint64_t no_fence = 0;
/// From the claim to the end is a rename and two rows.
constexpr Duration lease = std::chrono::minutes(1);

Result<Digest> stage(const std::string& key, const GiveText& give, BlobStore& blobs, engine::Executor& executor) {
  auto writer = blobs.create(key);
  if (!writer) return writer.error();
  TextPass pass({.blocks = true}, executor, [&](std::string_view piece) { return (*writer)->append(piece); });
  if (auto given = give(pass); !given) return given.error();
  if (auto ended = pass.end(); !ended) return ended.error();
  if (auto committed = (*writer)->commit(); !committed) return committed.error();
  return pass.digest();
}

Result<Verified> stage_and_verify(const Request& request, const GiveText& give, const Bench& bench,
                                  const std::stop_token& stop) {
  const std::string key = staging_key(request.identity, no_fence);
  const auto digest = stage(key, give, bench.ports.blobs, bench.executor);
  if (!digest) return digest.error();
  engine::Context context{bench.arena, bench.executor, stop, bench.progress};
  const auto read = [&](std::uint64_t offset, std::span<char> into) {
    return bench.ports.blobs.read(key, offset, into);
  };
  return verify(request, *digest, replay(read, stop), context);
}

/// The job, claimed whatever state it was in; empty when it is done already and its digits are there.
Result<std::optional<Job>> claim_anew(const Identity& identity, const Ports& ports) {
  JobStore& jobs = ports.jobs;
  const auto found = jobs.find(identity);
  if (!found) return found.error();
  if (*found && (*found)->state == State::done && !(*found)->evicted_at) return std::optional<Job>();
  // Cancelled and submitted, a job that rests after a failure can be claimed at once.
  if (auto cancelled = jobs.cancel(identity); !cancelled) return cancelled.error();
  // What is still to be removed would take the new digits away.
  if (auto finished = finish_evictions(ports); !finished) return finished.error();
  const NewJob wanted[] = {{identity, ""}};
  if (auto submitted = jobs.submit(wanted); !submitted) return submitted.error();
  auto claimed = jobs.claim(identity, "import", lease);
  if (claimed && !*claimed) return Error{Code::lease_lost, identity.text()};
  return claimed;
}

/// Lets the job go the rest of its way. When that fails it does not stay behind in the queue, to be computed.
Result<> publish(Job job, const Request& request, const Verified& verified, const Bench& bench,
                 const std::stop_source& stop) {
  const Identity identity = job.identity;
  const Move move{staging_key(identity, no_fence), staging_key(identity, job.fence)};
  const auto moved = bench.ports.blobs.promote(move.from, move.to);
  if (moved) {
    const Attempt attempts[] = {{std::move(job), request, stop, Given{verified, ""}}};
    if (execute(attempts, bench).front() == Ending::done) return Done{};
  }
  const auto row = bench.ports.jobs.find(identity);
  const auto cancelled = bench.ports.jobs.cancel(identity);
  if (!moved) return moved.error();
  if (row && *row && (*row)->error) return *(*row)->error;
  if (!row) return row.error();
  if (!cancelled) return cancelled.error();
  return Error{Code::lease_lost, identity.text()};
}

}  // namespace

Result<Adopted> adopt(const Request& request, const GiveText& give, const Bench& bench, const std::stop_source& stop) {
  auto verified = stage_and_verify(request, give, bench, stop.get_token());
  Result<std::optional<Job>> job = std::optional<Job>();
  if (verified) job = claim_anew(request.identity, bench.ports);
  if (verified && job && *job) {
    if (auto published = publish(std::move(**job), request, *verified, bench, stop); !published)
      return published.error();
    return Adopted{std::move(*verified), false};
  }
  if (auto removed = bench.ports.blobs.remove(staging_key(request.identity, no_fence)); !removed)
    return removed.error();
  if (!verified) return verified.error();
  if (!job) return job.error();
  return Adopted{std::move(*verified), true};
}

}  // namespace decima::core
