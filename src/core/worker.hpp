#pragma once
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <thread>
#include <vector>

#include "core/execute.hpp"
#include "core/lease_keeper.hpp"
#include "core/live_jobs.hpp"
#include "core/memory_gate.hpp"
#include "core/ports.hpp"

namespace decima::core {

struct WorkerSettings {
  std::string name;               ///< tells this process from others in rows and logs
  unsigned lanes = 1;             ///< threads for small jobs, beside the one for large jobs
  unsigned threads = 1;           ///< of each large computation
  Duration lease{30'000};         ///< of a claim; renewed while the job runs
  Duration idle_release{60'000};  ///< after so long without work a lane gives its memory back
};

/// A result of at most this many digits makes a job small: it is computed in milliseconds on one thread.
inline constexpr std::uint64_t small_digits = 1'000'000;

/// Takes deliveries, claims their jobs and executes them. Small jobs go in batches through lanes of their own; large
/// ones one at a time, each on all threads, since two that are heavy on memory more than double each other's time. A
/// job whose worker vanished before runs alone in its process: should it take the process with it again, no other job
/// is blamed.
class Worker {
 public:
  Worker(const Ports& ports, const Budgets& budgets, const CachePolicy& cache, const Patience& patience, LiveJobs& live,
         WorkerSettings settings);
  ~Worker();

  void start();
  /// Takes no more. Jobs under way may go on for `grace`; what is not done by then is given back to the queue. Returns
  /// when all lanes are at rest.
  void stop(Duration grace);

 private:
  class Lane;
  struct Taken;

  void launch(void (Worker::*run)(Lane&), unsigned threads);
  void run_small(Lane& lane);
  void run_large(Lane& lane);

  std::vector<Taken> take_batch();
  Result<std::vector<Job>> claim(const std::vector<Taken>& taken);
  Result<> submit_foreign(const std::vector<Taken>& taken);
  void work_on(std::vector<Taken> taken, Lane& lane);
  void work_together(std::vector<Attempt>& attempts, Lane& lane);
  void acknowledge(const std::vector<Taken>& taken, const Result<std::vector<Job>>& claimed);
  void set_aside(const Taken& taken, const Error& why);

  Ports ports_;
  Budgets budgets_;
  CachePolicy cache_;
  Patience patience_;
  LiveJobs& live_;
  WorkerSettings settings_;
  MemoryGate memory_;
  LeaseKeeper leases_;
  std::shared_mutex together_;  ///< held shared by jobs that may run beside others, alone by those that may not

  std::stop_source taking_;     ///< stopped first: no new deliveries
  std::stop_source computing_;  ///< stopped when the grace is over
  std::mutex mutex_;            ///< guards what follows
  std::condition_variable at_rest_;
  std::condition_variable_any large_came_;
  std::deque<Taken> large_line_;  ///< large jobs that wait for their turn, not claimed yet
  unsigned busy_ = 0;             ///< lanes that have not ended
  std::vector<std::jthread> lanes_;
};

}  // namespace decima::core
