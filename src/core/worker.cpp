#include "core/worker.hpp"

#include <algorithm>
#include <list>
#include <map>
#include <set>
#include <shared_mutex>

#include "base/log.hpp"
#include "base/metrics.hpp"
#include "core/stage_timer.hpp"
#include "engine/arena.hpp"
#include "engine/executor.hpp"

namespace decima::core {
namespace {

/// How long a lane waits for a delivery before it looks around.
constexpr Duration longest_wait{5000};
/// The rest of a lane whose queue or store does not answer.
constexpr Duration rest_after_failure{1000};
/// A batch is large enough to share the price of a sync, and small enough that its first job does not wait long.
constexpr std::size_t batch_jobs = 512;
constexpr std::uint64_t batch_digits = 4'000'000;
/// Large jobs that wait in this process. More are left to their bells, which ring again.
constexpr std::size_t large_line_jobs = 1000;

metrics::Counter endings(Ending ending) {
  return metrics::counter("decima_job_attempts_total", "Attempts at jobs, by how they ended.",
                          {{"ending", std::string(name(ending))}});
}

void rest(Duration duration, const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any asleep;
  std::unique_lock lock(mutex);
  asleep.wait_for(lock, stop, duration, [] { return false; });
}

bool is_large(const Result<Request>& request) { return request && !is_small(*request); }

}  // namespace

/// What a lane computes with, kept between jobs.
class Worker::Lane {
 public:
  Lane(std::uint64_t memory_bytes, unsigned threads) : arena_(memory_bytes), executor_(threads) {}

  Bench bench(Worker& worker) {
    return {worker.ports_, worker.cache_, worker.patience_, worker.live_, arena_, executor_, progress_};
  }

  void worked() { idle_ = Duration(0); }
  /// Gives the memory back at once: who gave a job up wants it.
  void release() { arena_.trim(); }
  /// Notes that nothing came for so long; after long enough the memory goes back to the system.
  void rested(Duration duration, Duration idle_release) {
    if (idle_ < idle_release && (idle_ += duration) >= idle_release && arena_.held() > 0) arena_.trim();
  }

 private:
  engine::Arena arena_;
  engine::Executor executor_;
  engine::Progress progress_;
  Duration idle_{0};
};

/// A delivery, and the job that it names.
struct Worker::Taken {
  Delivery delivery;
  Identity identity;
  Result<Request> request;
  bool comes_again = false;  ///< it may have no row, and none could be made now: left to the queue
};

Worker::Worker(const Ports& ports, const Budgets& budgets, const CachePolicy& cache, const Patience& patience,
               LiveJobs& live, WorkerSettings settings, Quota* quota)
    : ports_(ports),
      budgets_(budgets),
      cache_(cache),
      patience_(patience),
      live_(live),
      settings_(std::move(settings)),
      quota_(quota),
      memory_(budgets.memory_bytes),
      leases_(ports.jobs, settings_.lease) {}

Worker::~Worker() { stop(Duration(0)); }

void Worker::start() {
  busy_ = settings_.lanes + 1;
  for (unsigned i = 0; i < settings_.lanes; i++) launch(&Worker::run_small, 1);
  launch(&Worker::run_large, settings_.threads);
}

void Worker::launch(void (Worker::*run)(Lane&), unsigned threads) {
  lanes_.emplace_back([this, run, threads] {
    Lane lane(budgets_.memory_bytes, threads);
    (this->*run)(lane);
    const std::lock_guard lock(mutex_);
    busy_--;
    at_rest_.notify_all();
  });
}

void Worker::take_no_more() {
  taking_.request_stop();
  ports_.queue.interrupt();
}

void Worker::stop(Duration grace) {
  take_no_more();
  {
    std::unique_lock lock(mutex_);
    at_rest_.wait_for(lock, grace, [this] { return busy_ == 0; });
  }
  computing_.request_stop();
  lanes_.clear();
}

void Worker::run_small(Lane& lane) {
  const std::stop_token stop = taking_.get_token();
  while (!stop.stop_requested()) {
    std::vector<Taken> taken = take_batch();
    if (taken.empty()) {
      lane.rested(longest_wait, settings_.idle_release);
    } else {
      work_on(std::move(taken), lane);
      lane.worked();
    }
  }
}

void Worker::run_large(Lane& lane) {
  const std::stop_token stop = taking_.get_token();
  std::unique_lock lock(mutex_);
  while (!stop.stop_requested()) {
    const auto some = [this] { return !large_line_.empty() || !suspects_.empty(); };
    if (!large_came_.wait_for(lock, stop, longest_wait, some)) {
      lane.rested(longest_wait, settings_.idle_release);
      continue;
    }
    if (!suspects_.empty()) {
      const Identity suspect = *suspects_.begin();
      lock.unlock();
      work_alone(suspect, lane);
    } else {
      std::vector<Taken> next;
      next.push_back(std::move(large_line_.extract(large_line_.begin()).mapped()));
      lock.unlock();
      work_on(std::move(next), lane);
    }
    lane.worked();
    lock.lock();
  }
}

/// Waits for a delivery and takes what else is there, up to a batch. Large jobs go to their own line, and what no job
/// can be read from is set aside; so the answer may be empty.
std::vector<Worker::Taken> Worker::take_batch() {
  std::vector<Taken> batch;
  std::uint64_t digits = 0;
  for (Duration wait = longest_wait; batch.size() < batch_jobs && digits < batch_digits; wait = Duration(0)) {
    auto delivery = ports_.queue.take(wait);
    if (!delivery) {
      log::warn("worker.queue_failed", {{"error", delivery.error().message()}});
      if (batch.empty()) rest(rest_after_failure, taking_.get_token());
      return batch;
    }
    if (!*delivery) return batch;
    auto identity = read_message((*delivery)->message.body);
    if (!identity) {
      if (auto set = ports_.queue.dead_letter(**delivery, identity.error().message()); !set)
        log::warn("worker.dead_letter_failed", {{"error", set.error().message()}});
      continue;
    }
    if (is_waiting_suspect(*identity)) {
      acknowledge_one(**delivery);
      continue;
    }
    Taken taken{std::move(**delivery), *identity, make_request(*identity, budgets_)};
    if (is_large(taken.request)) {
      const std::lock_guard lock(mutex_);
      const Time rank = taken.delivery.message.rank;
      if (large_line_.size() < large_line_jobs) large_line_.emplace(rank, std::move(taken));
      large_came_.notify_one();
      continue;
    }
    if (taken.request) digits += taken.request->estimate.digits;
    batch.push_back(std::move(taken));
  }
  return batch;
}

/// A message without a row comes from a foreign producer: if its job can be computed here, and its result would find
/// room, it is submitted first.
Result<> Worker::submit_foreign(std::vector<Taken>& taken) {
  for (Taken& one : taken) {
    if (!one.request) continue;
    const auto row = ports_.jobs.find(one.identity);
    if (!row) return row.error();
    if (*row) continue;
    if (auto submitted = submit_one_foreign(one); !submitted) return submitted;
  }
  return Done{};
}

Result<> Worker::submit_one_foreign(Taken& taken) {
  const Request& request = *taken.request;
  const Quota::Bytes bytes = {{std::string(request.kind->name), request.estimate.digits}};
  if (quota_)
    if (auto room = quota_->reserve(bytes); !room) {
      if (room.error().code != Code::quota_full) return room;
      taken.request = room.error();
      return Done{};
    }
  const NewJob wanted[] = {
      {taken.identity, taken.delivery.message.trace, request.estimate.digits, priority_of(request)}};
  const auto submitted = ports_.jobs.submit(wanted);
  const bool queued = submitted && submitted->front().newly_queued;
  if (quota_) quota_->settle(bytes, queued ? bytes : Quota::Bytes());
  if (!submitted) return submitted.error();
  return Done{};
}

/// What is claimed must be worked on: whatever fails after a claim, the answer still holds what it gave.
Result<std::vector<Job>> Worker::claim(std::vector<Taken>& taken) {
  const StageTimer timer(Stage::claim, taken.size());
  std::vector<Identity> wanted;
  wanted.reserve(taken.size());
  for (const Taken& one : taken) wanted.push_back(one.identity);
  auto claimed = ports_.jobs.claim_many(wanted, settings_.name, settings_.lease);
  if (!claimed || claimed->size() == taken.size()) return claimed;
  if (auto submitted = submit_foreign(taken); !submitted) {
    if (claimed->empty()) return submitted.error();
    for (Taken& one : taken)
      one.comes_again = std::ranges::find(*claimed, one.identity, &Job::identity) == claimed->end();
    return claimed;
  }
  auto more = ports_.jobs.claim_many(wanted, settings_.name, settings_.lease);
  if (more) std::move(more->begin(), more->end(), std::back_inserter(*claimed));
  return claimed;
}

void Worker::work_on(std::vector<Taken> taken, Lane& lane) {
  // The lock before the claim: while a suspect runs alone, nothing else is claimed here that it could take with it.
  std::shared_lock beside_others(company_);
  LiveJobs::Batch live(live_);  // before the claim, too: the job may be given up the moment it is made
  const auto claimed = claim(taken);
  if (!claimed) {
    beside_others.unlock();
    log::warn("worker.claim_failed", {{"error", claimed.error().message()}});
    rest(rest_after_failure, taking_.get_token());
    return;  // left as they are, the deliveries come again when the store does
  }
  std::map<Identity, const Taken*> named;
  for (const Taken& one : taken) named.emplace(one.identity, &one);
  std::vector<Attempt> together;
  std::vector<Identity> suspects;
  for (const Job& job : *claimed) {
    if (is_suspect(job)) {
      // Nor may a suspect wait for its turn under a lease: another's crash would count for it.
      const bool free = job.state == State::queued || ports_.jobs.give_back({job.identity, job.fence});
      if (free) suspects.push_back(job.identity);
    } else {
      together.push_back({job, named.at(job.identity)->request, {}});
    }
  }
  if (!together.empty()) work_together(together, live, lane);
  beside_others.unlock();
  for (const Identity& suspect : suspects) hand_over(suspect);
  acknowledge(taken, claimed);
}

bool Worker::is_waiting_suspect(const Identity& identity) {
  const std::lock_guard lock(mutex_);
  return suspects_.contains(identity);
}

void Worker::hand_over(const Identity& suspect) {
  const std::lock_guard lock(mutex_);
  suspects_.insert(suspect);
  large_came_.notify_one();
}

void Worker::work_alone(const Identity& suspect, Lane& lane) {
  {
    const std::unique_lock alone(company_);
    // At the end it is queued, and safe.
    if (!taking_.stop_requested()) work_on_suspect(suspect, lane);
  }
  const std::lock_guard lock(mutex_);
  suspects_.erase(suspect);
}

void Worker::work_on_suspect(const Identity& suspect, Lane& lane) {
  LiveJobs::Batch live(live_);
  const auto claimed = ports_.jobs.claim(suspect, settings_.name, settings_.lease);
  if (!claimed || !*claimed) return;  // its bell rings again, or another has it
  std::vector<Attempt> one = {{**claimed, make_request(suspect, budgets_), {}}};
  work_together(one, live, lane);
}

void Worker::work_together(std::vector<Attempt>& attempts, LiveJobs::Batch& live, Lane& lane) {
  std::uint64_t bytes = 0;
  std::list<LeaseKeeper::Hold> holds;
  std::stop_source all;
  for (Attempt& attempt : attempts) {
    if (attempt.request) bytes = std::max(bytes, attempt.request->estimate.bytes);
    holds.emplace_back(leases_, attempt.claim(), attempt.stop);
    live.add(attempt.job.identity, attempt.stop);
  }
  const std::stop_callback end(computing_.get_token(), [&] {
    all.request_stop();
    for (Attempt& attempt : attempts) attempt.stop.request_stop();
  });
  const MemoryGate::Pass pass(memory_, bytes, all.get_token());
  const Stopwatch watch;
  const std::vector<Ending> ended = execute(attempts, lane.bench(*this));
  for (std::size_t i = 0; i < ended.size(); i++) {
    endings(ended[i]).add();
    if (ended[i] == Ending::unwritten) leases_.give_back(attempts[i].claim());
  }
  if (std::ranges::any_of(attempts, [](const Attempt& attempt) { return attempt.stop.stop_requested(); }))
    lane.release();
  log::info("worker.batch", {{"jobs", std::uint64_t{attempts.size()}},
                             {"done", std::uint64_t(std::ranges::count(ended, Ending::done))},
                             {"first", attempts.front().job.identity.text()},
                             {"seconds", watch.seconds()}});
}

/// Also what was not to be had, and what failed: the row knows, and its bell rings again in its time. Only what can
/// never become a row is set aside.
void Worker::acknowledge(const std::vector<Taken>& taken, const Result<std::vector<Job>>& claimed) {
  std::set<Identity> known;
  for (const Job& job : *claimed) known.insert(job.identity);
  for (const Taken& one : taken) {
    if (one.comes_again) continue;
    if (!one.request && !known.contains(one.identity)) {
      set_aside(one, one.request.error());
    } else {
      acknowledge_one(one.delivery);
    }
  }
}

void Worker::acknowledge_one(const Delivery& delivery) {
  if (auto dealt = ports_.queue.acknowledge(delivery); !dealt)
    log::warn("worker.acknowledge_failed", {{"message", delivery.message.body}, {"error", dealt.error().message()}});
}

void Worker::set_aside(const Taken& taken, const Error& why) {
  if (auto set = ports_.queue.dead_letter(taken.delivery, why.message()); !set)
    log::warn("worker.dead_letter_failed", {{"job", taken.identity.text()}, {"error", set.error().message()}});
}

}  // namespace decima::core
