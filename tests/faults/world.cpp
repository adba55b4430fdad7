#include "world.hpp"

#include <algorithm>

#include "core/janitor.hpp"
#include "core/relay.hpp"
#include "truth.hpp"

namespace decima::faults {
namespace {

using core::Identity;
using core::State;

constexpr Duration lease{30'000};
constexpr std::size_t clients = 2;  ///< they enter first
constexpr std::uint64_t most_moves_in_calm = 20'000;

Identity factorial(std::uint64_t n) { return Identity::of("factorial", {n}); }

/// A worker's arena, from those that workers of earlier worlds have left: its pages are there already.
class Workplace {
 public:
  Workplace() {
    if (unused().empty()) unused().push_back(std::make_unique<engine::Arena>(64ull << 20));
    arena_ = std::move(unused().back());
    unused().pop_back();
  }
  ~Workplace() {
    arena_->rewind(0);
    unused().push_back(std::move(arena_));
  }
  Workplace(const Workplace&) = delete;
  Workplace& operator=(const Workplace&) = delete;

  engine::Arena& arena() { return *arena_; }

 private:
  static std::vector<std::unique_ptr<engine::Arena>>& unused() {
    static std::vector<std::unique_ptr<engine::Arena>> arenas;
    return arenas;
  }
  std::unique_ptr<engine::Arena> arena_;
};

const std::string& truth(const Identity& identity) {
  return factorial_by_gmp(std::stoull(std::string(identity.arguments().front())));
}

}  // namespace

World::World(std::uint64_t seed) : chance_(seed) {
  const Hook hook = [this](std::string_view call, Moment moment) { return disturb(call, moment); };
  hooked_jobs_ = hooked(*jobs_, hook);
  hooked_blobs_ = hooked(*blobs_, hook);
  hooked_queue_ = hooked(*queue_, hook);
  ports_ = std::make_unique<core::Ports>(core::Ports{*hooked_jobs_, *hooked_queue_, *hooked_blobs_, *cache_, clock_});
  for (std::uint64_t i = chance_.between(2, 6); i > 0; i--) numbers_.push_back(chance_.below(200));
  if (chance_.one_in(16)) numbers_.push_back(18'000);  // streamed, and dear
  if (chance_.one_in(3)) retention_.emplace(*ports_, uses_, chance_.between(100, 1'500));
  for (std::size_t i = 0; i < clients; i++) stage_.enter([this] { play_client(); });
  for (int i = 0; i < 3; i++) stage_.enter([this] { play_worker(); });
  stage_.enter([this] { play_relay(); });
  stage_.enter([this] { play_janitor(); });
  frozen_until_.resize(stage_.actors());
}

std::string World::run() {
  chaos();
  calm_ = true;
  queue_->behave();
  if (broken_.empty()) ask_again_for_all();
  calm();
  if (broken_.empty()) check_end();
  return broken_;
}

// ---- the actors

/// What happens at an actor's call of a port: others move first, and in chaos it may end there or be told an error. A
/// store that answers with an error has done nothing; the queue and the blob store may have done it all.
std::optional<Error> World::disturb(std::string_view call, Moment moment) {
  if (moment == Moment::before) stage_.yield();
  if (moment == Moment::after && call == "jobs.evict") note_evictions();
  if (calm_) return std::nullopt;
  if (chance_.one_in(80)) throw Crash();
  const bool may_fail = moment == Moment::before || !call.starts_with("jobs.");
  if (!may_fail || !chance_.one_in(40)) return std::nullopt;
  constexpr Code codes[] = {Code::unavailable, Code::storage_full, Code::io_error};
  return Error{codes[chance_.below(std::size(codes))], "injected at " + std::string(call)};
}

/// Right after some were: nobody has moved since.
void World::note_evictions() {
  for (const std::uint64_t n : numbers_)
    if (const auto job = *jobs_->find(factorial(n)); job && job->evicted_at) evicted_[job->identity].insert(job->fence);
}

Identity World::any_identity() { return factorial(numbers_[chance_.below(numbers_.size())]); }

void World::play_client() {
  core::Service service(*ports_, budgets_, policy_, bell_, clients_live_, notices_, {}, &uses_);
  for (std::uint64_t asks = chance_.between(2, 8); asks > 0; asks--) {
    try {
      ask(service);
      if (retention_ && chance_.one_in(2)) read(service);
    } catch (const Crash&) {
      // Its connection was cut; it asks for the next.
    }
  }
}

void World::ask(core::Service& service) {
  const Identity identity = any_identity();
  if (chance_.one_in(8)) {
    (void)service.cancel(identity);
  } else if (service.submit(*core::make_request(identity, budgets_), "")) {
    accepted_.insert(identity);
  }
}

/// Digits that are evicted under a reader's eyes may look damaged to it. It then sets them aside, which costs a
/// computation and nothing else.
void World::read(core::Service& service) {
  const auto job = service.find(any_identity());
  if (!job || !*job || (*job)->state != State::done) return;
  const Identity& identity = (*job)->identity;
  set_aside_[identity]++;
  const auto text = service.text(**job);
  if (text) require(**text == truth(identity), identity.text() + " was shown with wrong digits");
  if (text || text.error().code == Code::not_finished) set_aside_[identity]--;
}

void World::play_relay() {
  core::Relay relay(*ports_, bell_);
  for (;;) {
    try {
      (void)relay.sweep();
    } catch (const Crash&) {
      // Another takes its place.
    }
  }
}

void World::play_janitor() {
  for (;;) {
    try {
      core::Janitor janitor(*ports_, patience_, "janitor", bell_, retention_ && !calm_ ? &*retention_ : nullptr);
      (void)janitor.sweep_leases();
      (void)janitor.sweep_results();
      (void)janitor.sweep_staging();
    } catch (const Crash&) {
      // Another takes its place.
    }
  }
}

void World::play_worker() {
  core::LiveJobs live;
  Workplace place;
  engine::Executor executor(1);
  for (;;) {
    try {
      work_once(live, place.arena(), executor);
    } catch (const Crash&) {
      // Another takes its place; its claims stay behind.
    }
  }
}

/// What core/worker does with a batch, in one thread.
void World::work_once(core::LiveJobs& live, engine::Arena& arena, engine::Executor& executor) {
  engine::Progress progress;
  std::vector<core::Delivery> deliveries;
  std::vector<Identity> wanted;
  for (std::uint64_t most = chance_.between(1, 3); most > 0; most--) {
    auto next = ports_->queue.take(Duration(0));
    if (!next || !*next) break;
    wanted.push_back(*core::read_message((*next)->message.body));
    deliveries.push_back(std::move(**next));
  }
  if (wanted.empty()) return;
  auto claimed = ports_->jobs.claim_many(wanted, "worker", lease);
  if (!claimed) return;
  std::vector<core::Attempt> attempts;
  for (core::Job& job : *claimed) {
    if (job.state == State::queued) {  // it has to run alone
      auto alone = ports_->jobs.claim(job.identity, "worker", lease);
      if (!alone || !*alone) continue;
      job = std::move(**alone);
    }
    attempts.push_back({job, core::make_request(job.identity, budgets_), {}});
  }
  const auto endings = core::execute(attempts, {*ports_, policy_, patience_, live, arena, executor, progress});
  for (std::size_t i = 0; i < attempts.size(); i++)
    if (endings[i] == core::Ending::done) note_done(attempts[i].job);
  for (const core::Delivery& delivery : deliveries) (void)ports_->queue.acknowledge(delivery);
}

void World::note_done(const core::Job& claimed) {
  times_done_[claimed.identity]++;
  // Where nothing gives way, what is done stays as it is.
  if (!retention_)
    require((*jobs_->find(claimed.identity))->fence == claimed.fence,
            claimed.identity.text() + " was done by a worker whose claim was over");
}

// ---- who moves when

void World::move_one() {
  moves_++;
  std::vector<std::size_t> free;
  for (std::size_t actor = 0; actor < stage_.actors(); actor++)
    if (stage_.playing(actor) && (calm_ || frozen_until_[actor] <= moves_)) free.push_back(actor);
  if (!free.empty()) stage_.turn(free[chance_.below(free.size())]);
}

void World::chaos() {
  for (std::uint64_t moves = chance_.between(60, 300); moves > 0 && broken_.empty(); moves--) {
    if (chance_.one_in(20)) clock_.advance(Duration(static_cast<std::int64_t>(chance_.below(20'000))));
    // Long enough, at times, for a lease to run out meanwhile.
    if (chance_.one_in(40)) frozen_until_[chance_.below(stage_.actors())] = moves_ + chance_.below(120);
    move_one();
    if (moves % 10 == 0) check_rows();
  }
}

void World::calm() {
  while (broken_.empty() && !(moves_ % 50 == 0 && all_done())) {
    move_one();
    if (moves_ % 10 == 0) clock_.advance(Duration(500));
    if (moves_ % 50 == 0 && at_rest()) clock_.advance(Duration(60'000));
    if (moves_ % 50 == 0) check_rows();
    if (moves_ >= most_moves_in_calm) require(false, "not all was done in the end: " + undone());
  }
}

/// Nobody works: what is left waits for its time.
bool World::at_rest() {
  const auto counts = *jobs_->counts();
  return counts[static_cast<std::size_t>(State::calculating)] + counts[static_cast<std::size_t>(State::uploading)] == 0;
}

// ---- what must hold

void World::require(bool holds, const std::string& what) {
  if (!holds && broken_.empty()) broken_ = what + ", after " + std::to_string(moves_) + " moves";
}

void World::ask_again_for_all() {
  // The clients finish first, or one of them might cancel after this.
  for (std::size_t client = 0; client < clients; client++)
    while (stage_.playing(client)) stage_.turn(client);
  check_rows();
  std::vector<core::NewJob> wanted;
  for (const Identity& identity : accepted_)
    require(seen_.contains(identity), identity.text() + " was accepted and is lost");
  // At times what was given up stays so: then nothing may be left of it.
  if (chance_.one_in(2))
    std::erase_if(accepted_, [&](const Identity& identity) { return seen_.at(identity).state == State::cancelled; });
  for (const Identity& identity : accepted_) wanted.push_back({identity, ""});
  // Those that a client cancelled; all others have their rows, which this leaves alone.
  require(bool(jobs_->submit(wanted)), "the store works in calm");
}

void World::check_rows() {
  std::uint64_t rows = 0;
  const std::set distinct(numbers_.begin(), numbers_.end());
  for (const std::uint64_t n : distinct) {
    const auto job = *jobs_->find(factorial(n));
    require(job || !seen_.contains(factorial(n)), "the row of factorial-" + std::to_string(n) + " is gone");
    if (!job) continue;
    rows++;
    check_row(job->identity, *job);
  }
  std::uint64_t counted = 0;
  const auto counts = *jobs_->counts();
  for (const std::uint64_t count : counts) counted += count;
  require(counted == rows, "the states' counts do not add up to the rows");
  check_blobs();
}

void World::check_row(const Identity& identity, const core::Job& job) {
  const auto before = seen_.find(identity);
  if (before != seen_.end()) {
    require(job.fence >= before->second.fence, identity.text() + ": its fence fell");
    const bool gone = evicted_[identity].contains(before->second.fence) || set_aside_[identity] > 0;
    require(before->second.state != State::done || job.state == State::done || gone,
            identity.text() + " was done and is not");
  }
  require(job.state != State::failed,
          identity.text() + " failed, an innocent: " + (job.error ? job.error->message() : ""));
  require(times_done_[identity] <= 1 + evicted_[identity].size() + set_aside_[identity],
          identity.text() + " was done more often than it was gone");
  if (job.state == State::done) {
    require(job.stored->sha256 == sha256(truth(identity)), identity.text() + " is done with a wrong hash");
    require(job.evicted_at || set_aside_[identity] > 0 || blobs_->size(core::names(identity).blob_key),
            identity.text() + " is done and has no digits");
  }
  seen_[identity] = {job.state, job.fence};
}

/// Whatever has a public name has the right digits, at every moment.
void World::check_blobs() {
  for (const std::uint64_t n : numbers_) {
    const Identity identity = factorial(n);
    const std::string key = core::names(identity).blob_key;
    const auto size = blobs_->size(key);
    if (!size) continue;
    std::string text(*size, '\0');
    require(bool(blobs_->read(key, 0, text)) && text == truth(identity), key + " holds wrong digits");
  }
}

/// The rows that are not done, and since when nothing happens with them.
std::string World::undone() {
  std::string text;
  for (const Identity& identity : accepted_) {
    const core::Job job = **jobs_->find(identity);
    if (job.state == State::done) continue;
    text += identity.text() + " is " + std::string(core::name(job.state)) + " under fence " +
            std::to_string(job.fence) + " after " + std::to_string(job.failures) + " failures and " +
            std::to_string(job.crashes) + " crashes" + (job.error ? ": " + job.error->message() : "") + "; ";
  }
  return text;
}

bool World::all_done() {
  return std::ranges::all_of(accepted_, [&](const Identity& identity) {
    const auto job = *jobs_->find(identity);
    return job && job->state == State::done;
  });
}

void World::check_end() {
  check_rows();
  const core::Ports real{*jobs_, *queue_, *blobs_, *cache_, clock_};
  core::Janitor janitor(real, patience_, "janitor", bell_);
  clock_.advance(2 * lease);
  require(bool(janitor.sweep_leases()) && bool(janitor.sweep_staging()) && bool(janitor.sweep_results()),
          "the janitor works in calm");
  for (const Identity& identity : accepted_) check_served(**jobs_->find(identity), real);
  require(blobs_->list(core::staging_prefix, "", 10)->empty(), "something is left in staging");
  // An attempt that died right after it had put back what was removed left something for the next start.
  require(bool(jobs_->void_leases(patience_)) && bool(janitor.sweep_results()), "a start works in calm");
  for (const std::uint64_t n : numbers_) {
    const auto job = *jobs_->find(factorial(n));
    // Of one that is evicted they are put back if who publishes late dies right then; that is paid for in room alone.
    if (!job || !core::finished(job->state) || job->evicted_at) continue;
    const bool is_done = job->state == State::done;
    require(is_done == bool(blobs_->size(core::names(job->identity).blob_key)),
            job->identity.text() + (is_done ? " is done without digits" : " left digits without a result"));
  }
}

void World::check_served(const core::Job& job, const core::Ports& real) {
  const Identity& identity = job.identity;
  if (job.evicted_at) {
    require(!blobs_->size(core::names(identity).blob_key), identity.text() + " is evicted and has digits");
    require(bool(jobs_->shelf().restore(identity)), identity.text() + " cannot be brought back");
    return;
  }
  const auto text = core::whole_text(real, job, {0, 0});
  require(text && **text == truth(identity), identity.text() + " is not served");
}

}  // namespace decima::faults
