#include "core/worker.hpp"

#include "base/log.hpp"
#include "base/metrics.hpp"
#include "engine/arena.hpp"
#include "engine/executor.hpp"

namespace decima::core {
namespace {

/// How long a slot waits for a delivery before it looks around.
constexpr Duration longest_wait{5000};
/// The rest of a slot whose queue does not answer.
constexpr Duration queue_rest{1000};

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

}  // namespace

/// What a slot computes with, kept between jobs.
class SlotEngine {
 public:
  SlotEngine(std::uint64_t memory_bytes, unsigned threads) : arena_(memory_bytes), executor_(threads) {}

  engine::Context context(std::stop_token stop) {
    progress_.reset();
    return {arena_, executor_, std::move(stop), progress_};
  }
  /// Between jobs.
  void release_memory() {
    if (arena_.held() > 0) arena_.trim();
  }

 private:
  engine::Arena arena_;
  engine::Executor executor_;
  engine::Progress progress_;
};

MemoryGate::Pass::Pass(MemoryGate& gate, std::uint64_t bytes, const std::stop_token& stop)
    : gate_(gate), bytes_(bytes) {
  std::unique_lock lock(gate_.mutex_);
  granted_ = gate_.freed_.wait(lock, stop, [this] { return gate_.free_ >= bytes_; });
  if (granted_) gate_.free_ -= bytes_;
}

MemoryGate::Pass::~Pass() {
  if (!granted_) return;
  {
    const std::lock_guard lock(gate_.mutex_);
    gate_.free_ += bytes_;
  }
  gate_.freed_.notify_all();
}

Worker::Worker(const Ports& ports, const Budgets& budgets, const CachePolicy& cache, const Patience& patience,
               WorkerSettings settings)
    : ports_(ports),
      budgets_(budgets),
      cache_(cache),
      patience_(patience),
      settings_(std::move(settings)),
      memory_(budgets.memory_bytes),
      leases_(ports.jobs, settings_.lease) {}

Worker::~Worker() { stop(Duration(0)); }

void Worker::start() {
  busy_ = settings_.slots;
  for (unsigned i = 0; i < settings_.slots; i++)
    slots_.emplace_back([this] {
      run_slot(taking_.get_token());
      const std::lock_guard lock(mutex_);
      busy_--;
      at_rest_.notify_all();
    });
}

void Worker::stop(Duration grace) {
  taking_.request_stop();
  ports_.queue.interrupt();
  {
    std::unique_lock lock(mutex_);
    at_rest_.wait_for(lock, grace, [this] { return busy_ == 0; });
  }
  computing_.request_stop();
  slots_.clear();
}

void Worker::run_slot(const std::stop_token& stop) {
  SlotEngine engine(budgets_.memory_bytes, settings_.threads);
  Duration idle{0};
  while (!stop.stop_requested()) {
    const auto delivery = ports_.queue.take(longest_wait);
    if (!delivery) {
      log::warn("worker.queue_failed", {{"error", delivery.error().message()}});
      rest(queue_rest, stop);
    } else if (*delivery) {
      handle(**delivery, engine);
      idle = Duration(0);
    } else if (idle < settings_.idle_release && (idle += longest_wait) >= settings_.idle_release) {
      engine.release_memory();
    }
  }
}

void Worker::handle(const Delivery& delivery, SlotEngine& engine) {
  const auto identity = read_message(delivery.message.body);
  const auto job = identity ? claim(*identity) : Result<std::optional<Job>>(identity.error());
  if (!job && job.error().retryable()) {
    // Left as it is, it comes again when the store does.
    log::warn("worker.claim_failed", {{"job", identity->text()}, {"error", job.error().message()}});
    return;
  }
  if (job && *job) work_on(**job, engine);
  // Acknowledged also when the job was not to be had or its attempt failed: the row knows, and its bell rings again.
  const auto dealt =
      job ? ports_.queue.acknowledge(delivery) : ports_.queue.dead_letter(delivery, job.error().message());
  if (!dealt)
    log::warn("worker.acknowledge_failed", {{"message", delivery.message.body}, {"error", dealt.error().message()}});
}

/// A message without a row comes from a foreign producer: it is submitted first.
Result<std::optional<Job>> Worker::claim(const Identity& identity) {
  auto claimed = ports_.jobs.claim(identity, settings_.name, settings_.lease);
  if (!claimed || *claimed) return claimed;
  const auto known = ports_.jobs.find(identity);
  if (!known) return known.error();
  if (*known) return std::optional<Job>();
  const auto request = make_request(identity, budgets_);
  if (!request) return request.error();
  const NewJob wanted[] = {{request->identity, ""}};
  if (const auto submitted = ports_.jobs.submit(wanted); !submitted) return submitted.error();
  return ports_.jobs.claim(request->identity, settings_.name, settings_.lease);
}

void Worker::work_on(const Job& job, SlotEngine& engine) {
  std::stop_source computation;
  const std::stop_callback end(computing_.get_token(), [&] { computation.request_stop(); });
  const LeaseKeeper::Hold hold(leases_, {job.identity, job.fence}, computation);
  const auto request = make_request(job.identity, budgets_);
  const MemoryGate::Pass pass(memory_, request ? request->estimate.bytes : 0, computation.get_token());
  engine::Context context = engine.context(computation.get_token());
  const Stopwatch watch;
  const Ending ending = execute(job, request, {ports_, cache_, patience_, context});
  endings(ending).add();
  if (ending == Ending::done)
    log::info("job.done", {{"job", job.identity.text()}, {"seconds", watch.seconds()}, {"worker", settings_.name}});
}

}  // namespace decima::core
