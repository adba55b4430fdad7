#include "core/execute.hpp"

#include <algorithm>
#include <optional>
#include <random>

#include "base/log.hpp"
#include "base/metrics.hpp"
#include "core/compute.hpp"
#include "core/stage_timer.hpp"
#include "core/verify.hpp"

namespace decima::core {
namespace {

/// An attempt on its way: what each step has made of it, or the error at which it stopped.
struct Run {
  const Attempt& attempt;
  std::optional<Error> error;

  Digest digest;     ///< of the digits as they were written
  std::string text;  ///< the digits themselves, of a gathered result
  std::optional<Verified> verified;

  const Request& request() const { return *attempt.request; }
  /// Whether the digits are in `text`, and not in staging.
  bool gathered() const { return attempt.given ? !text.empty() : is_short(); }
  bool is_short() const { return attempt.request && request().estimate.digits <= short_bytes; }
  std::string staged_as() const { return staging_key(attempt.job.identity, attempt.job.fence); }
};
using Runs = std::vector<Run>;

Run begin(const Attempt& attempt) {
  Run run{attempt, {}, {}, {}, {}};
  if (!attempt.request) run.error = attempt.request.error();
  if (attempt.given) {
    run.verified = attempt.given->verified;
    run.text = attempt.given->text;
  }
  return run;
}

/// The runs that no error has stopped yet.
std::vector<Run*> alive(Runs& runs) {
  std::vector<Run*> list;
  for (Run& run : runs)
    if (!run.error) list.push_back(&run);
  return list;
}

/// Those of them whose digits are still to be computed or verified.
std::vector<Run*> unverified(Runs& runs) {
  std::vector<Run*> list = alive(runs);
  std::erase_if(list, [](const Run* run) { return run->verified.has_value(); });
  return list;
}

void stop_all(const std::vector<Run*>& runs, const Error& error) {
  for (Run* run : runs) run->error = error;
}

engine::Context context_of(const Run& run, const Bench& bench) {
  return {bench.arena, bench.executor, run.attempt.stop.get_token(), bench.progress};
}

Result<Digest> gather(const engine::Decimal& number, engine::Context& context, std::string& text) {
  return emit(number, context, [&](std::string_view piece) -> Result<> {
    text.append(piece);
    return Done{};
  });
}

Result<Digest> write_to_staging(const engine::Decimal& number, engine::Context& context, const Run& run,
                                const Bench& bench) {
  auto writer = bench.ports.blobs.create(run.staged_as());
  if (!writer) return writer.error();
  auto digest = emit(number, context, [&](std::string_view piece) { return (*writer)->append(piece); });
  if (!digest) return digest;
  if (auto committed = (*writer)->commit(); !committed) return committed.error();
  return digest;
}

/// Numbers and their digits. A number lives in the arena only until the next one is computed.
void compute_digits(Runs& runs, const Bench& bench) {
  for (Run* run : unverified(runs)) {
    engine::Context context = context_of(*run, bench);
    LiveJobs::Entry live(bench.live, run->attempt.job.identity, run->request().estimate.work, bench.progress,
                         run->attempt.stop);
    const auto number = compute(run->request(), context);
    live.enter(LiveJobs::Phase::writing);
    const auto digest = !number           ? Result<Digest>(number.error())
                        : run->gathered() ? gather(*number, context, run->text)
                                          : write_to_staging(*number, context, *run, bench);
    if (digest) {
      run->digest = *digest;
    } else {
      run->error = digest.error();
    }
  }
}

/// That staged digits are gone is no verdict about their job: the janitor takes those of an attempt whose lease ran
/// out.
Error of_staging(const Error& error) {
  if (error.code != Code::not_found) return error;
  return {Code::io_error, "the staged digits are gone: " + error.detail};
}

/// A result that was evicted comes back the same, or something is wrong that no check has found.
Result<> check_former(const Run& run) {
  const auto& former = run.attempt.job.former_sha256;
  const Sha256& now = run.verified->digest().sha256;
  if (!former || *former == now) return Done{};
  const std::string what = "its digits have the SHA-256 " + hex(now) + ", and those that were evicted had " +
                           hex(*former) + ", though both passed verification";
  log::error("result.differs_from_evicted", {{"job", run.attempt.job.identity.text()}, {"error", what}});
  metrics::counter("decima_results_that_differ_total", "Evicted results that came out different when computed again.")
      .add();
  return Error{Code::wrong_result, what};
}

/// The very text that is going to be stored, or as it lies in staging.
GiveText text_of(const Run& run, const Bench& bench, const std::stop_token& stop) {
  if (run.gathered()) return [&run](TextPass& pass) { return pass.feed(run.text); };
  return replay(
      [&](std::uint64_t offset, std::span<char> into) { return bench.ports.blobs.read(run.staged_as(), offset, into); },
      stop);
}

/// Each text against an independent computation.
void verify_texts(Runs& runs, const Bench& bench) {
  for (Run* run : unverified(runs)) {
    engine::Context context = context_of(*run, bench);
    const LiveJobs::Entry live(bench.live, run->attempt.job.identity, run->request().estimate.work, bench.progress,
                               run->attempt.stop, LiveJobs::Phase::verifying);
    auto verified = verify(run->request(), run->digest, text_of(*run, bench, context.stop), context);
    if (verified) {
      run->verified = std::move(*verified);
    } else {
      run->error = of_staging(verified.error());
    }
  }
}

void compare_with_former(Runs& runs) {
  for (Run* run : alive(runs))
    if (const auto same = check_former(*run); !same) run->error = same.error();
}

/// Drops the runs whose claim, by the store's answer, is over.
void keep_held(const std::vector<Run*>& runs, const Result<std::vector<bool>>& held) {
  if (!held) return stop_all(runs, held.error());
  for (std::size_t i = 0; i < runs.size(); i++)
    if (!(*held)[i]) runs[i]->error = Error{Code::lease_lost, runs[i]->attempt.job.identity.text()};
}

void begin_uploading(Runs& runs, const Bench& bench) {
  const std::vector<Run*> here = alive(runs);
  std::vector<Claim> claims;
  for (const Run* run : here) claims.push_back(run->attempt.claim());
  if (!claims.empty()) keep_held(here, bench.ports.jobs.uploading_many(claims));
}

void store_gathered(Runs& runs, const Bench& bench) {
  std::vector<Run*> here = alive(runs);
  std::erase_if(here, [](const Run* run) { return !run->gathered(); });
  std::vector<Blob> blobs;
  for (Run* run : here) blobs.push_back({names(run->attempt.job.identity).blob_key, run->text});
  if (blobs.empty()) return;
  if (const auto put = bench.ports.blobs.put_many(blobs); !put) stop_all(here, put.error());
}

void promote_staged(Runs& runs, const Bench& bench) {
  std::vector<Run*> here = alive(runs);
  std::erase_if(here, [](const Run* run) { return run->gathered(); });
  std::vector<Move> moves;
  for (const Run* run : here) moves.push_back({run->staged_as(), names(run->attempt.job.identity).blob_key});
  if (moves.empty()) return;
  const auto moved = bench.ports.blobs.promote_many(moves);
  if (moved) return;
  if (moved.error().code != Code::not_found) return stop_all(here, moved.error());
  // That one of them is gone is not the others' fault.
  for (std::size_t i = 0; i < here.size(); i++)
    if (const auto alone = bench.ports.blobs.promote(moves[i].from, moves[i].to); !alone)
      here[i]->error = of_staging(alone.error());
}

void write_done(Runs& runs, const Bench& bench) {
  const std::vector<Run*> here = alive(runs);
  std::vector<Finish> finishes;
  for (const Run* run : here) {
    const Digest& digest = run->verified->digest();
    const Stored stored{run->request().estimate.digits, digest.bytes, digest.sha256, digest.merkle_root,
                        run->verified->certificate().text()};
    finishes.push_back({run->attempt.claim(), stored, digest.blocks});
  }
  if (!finishes.empty()) keep_held(here, bench.ports.jobs.finish_many(finishes));
}

void remember(Runs& runs, const Bench& bench) {
  for (Run* run : alive(runs))
    if (run->gathered() && bench.cache.admits(run->attempt.job.identity, run->text.size()))
      bench.ports.cache.put(names(run->attempt.job.identity).cache_key,
                            std::make_shared<const std::string>(std::move(run->text)));
}

/// The rows say uploading before the public names exist and done after: a crash between leaves rows that are computed
/// again, and a name that comes late can only show the same verified bytes.
void publish(Runs& runs, const Bench& bench) {
  compare_with_former(runs);
  begin_uploading(runs, bench);
  store_gathered(runs, bench);
  promote_staged(runs, bench);
}

void finish(Runs& runs, const Bench& bench) {
  write_done(runs, bench);
  remember(runs, bench);
}

/// How long a job rests after another failure: doubling from half a second to a minute, spread by half either way so
/// that jobs that failed together do not return together. The spread is the attempt's own, so that the same attempt
/// rests the same each time it is played.
Duration rest_after_failure(const Job& job) {
  const std::int64_t whole = std::min<std::int64_t>(500LL << std::min<std::uint64_t>(job.failures, 7), 60'000);
  std::mt19937_64 random(std::hash<std::string>()(job.identity.text()) + job.fence);
  return Duration(std::uniform_int_distribution<std::int64_t>(whole / 2, whole * 3 / 2)(random));
}

Ending of_claim(const Error& why_not_written) {
  return why_not_written.code == Code::lease_lost ? Ending::lost : Ending::unwritten;
}

/// Writes the failure into the row.
Ending record(const Error& error, const Attempt& attempt, const Bench& bench) {
  if (error.code == Code::lease_lost) return Ending::lost;
  if (error.code == Code::stopped) {
    const auto given_back = bench.ports.jobs.give_back(attempt.claim());
    return given_back ? Ending::given_back : of_claim(given_back.error());
  }
  const auto state = bench.ports.jobs.fail(attempt.claim(), error, rest_after_failure(attempt.job), bench.patience);
  if (!state) return of_claim(state.error());
  return *state == State::queued ? Ending::queued : Ending::failed;
}

void clean_up(const Run& run, const Bench& bench) {
  if (run.gathered()) return;
  if (auto removed = bench.ports.blobs.remove(run.staged_as()); !removed)
    log::warn("staging.not_removed", {{"blob", run.staged_as()}, {"error", removed.error().message()}});
}

Ending settle(const Run& run, const Bench& bench) {
  if (!run.error) return Ending::done;
  clean_up(run, bench);
  const Ending ending = record(*run.error, run.attempt, bench);
  const bool expected = ending == Ending::given_back || ending == Ending::lost;
  log::write(ending == Ending::failed ? log::Level::error
             : expected               ? log::Level::info
                                      : log::Level::warn,
             "job.attempt_ended",
             {{"job", run.attempt.job.identity.text()},
              {"fence", run.attempt.job.fence},
              {"ending", name(ending)},
              {"error", run.error->message()}});
  return ending;
}

/// Runs one step and notes how long it took.
void timed(Stage stage, void (*step)(Runs&, const Bench&), Runs& runs, const Bench& bench) {
  const StageTimer timer(stage, runs.size());
  step(runs, bench);
}

}  // namespace

std::string_view name(Ending ending) {
  static constexpr std::string_view names[] = {"done", "queued", "failed", "given_back", "lost", "unwritten"};
  return names[static_cast<std::size_t>(ending)];
}

std::vector<Ending> execute(std::span<const Attempt> attempts, const Bench& bench) {
  Runs runs;
  for (const Attempt& attempt : attempts) {
    runs.push_back(begin(attempt));
  }
  timed(Stage::compute, compute_digits, runs, bench);
  timed(Stage::verify, verify_texts, runs, bench);
  timed(Stage::publish, publish, runs, bench);
  timed(Stage::finish, finish, runs, bench);
  std::vector<Ending> endings;
  for (const Run& run : runs) endings.push_back(settle(run, bench));
  return endings;
}

}  // namespace decima::core
