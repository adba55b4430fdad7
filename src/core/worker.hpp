#pragma once
#include <condition_variable>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "core/company.hpp"
#include "core/execute.hpp"
#include "core/lease_keeper.hpp"
#include "core/live_jobs.hpp"
#include "core/memory_gate.hpp"
#include "core/ports.hpp"
#include "core/quota.hpp"

namespace decima::core {

struct WorkerSettings {
  std::string name;               ///< tells this process from others in rows and logs
  unsigned lanes = 1;             ///< threads for small jobs, beside the one for large jobs
  unsigned threads = 1;           ///< of each large computation
  Duration lease{30'000};         ///< of a claim; renewed while the job runs
  Duration idle_release{60'000};  ///< after so long without work a lane gives its memory back
};

/// Takes deliveries, claims their jobs and executes them. Small jobs go in batches through lanes of their own; large
/// ones one at a time, each on all threads, since two that are heavy on memory more than double each other's time. A
/// job whose worker vanished before runs alone in its process: should it take the process with it again, no other job
/// is blamed. The lane for large jobs runs those too, between two large ones, so that small jobs wait for a suspect
/// only while it runs.
///
/// What other producers ask for through the queue is held to `quota`, where there is one, as requests are.
class Worker {
 public:
  Worker(const Ports& ports, const Budgets& budgets, const CachePolicy& cache, const Patience& patience, LiveJobs& live,
         WorkerSettings settings, Quota* quota = nullptr);
  ~Worker();

  void start();
  /// Those of all that is under way here.
  LeaseKeeper& leases() { return leases_; }
  /// Takes no more from now on; jobs under way go on.
  void take_no_more();
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
  Result<std::vector<Job>> claim(std::vector<Taken>& taken);
  Result<> submit_foreign(std::vector<Taken>& taken);
  Result<> submit_one_foreign(Taken& taken);
  void work_on(std::vector<Taken> taken, Lane& lane);
  void work_together(std::vector<Attempt>& attempts, LiveJobs::Batch& live, Lane& lane);
  bool is_waiting_suspect(const Identity& identity);
  void hand_over(const Identity& suspect);
  void work_alone(const Identity& suspect, Lane& lane);
  void work_on_suspect(const Identity& suspect, Lane& lane);
  void acknowledge(const std::vector<Taken>& taken, const Result<std::vector<Job>>& claimed);
  void acknowledge_one(const Delivery& delivery);
  void set_aside(const Taken& taken, const Error& why);

  Ports ports_;
  Budgets budgets_;
  CachePolicy cache_;
  Patience patience_;
  LiveJobs& live_;
  WorkerSettings settings_;
  Quota* quota_;
  MemoryGate memory_;
  LeaseKeeper leases_;
  Company company_;  ///< held shared by jobs that may run beside others, alone by those that may not

  std::stop_source taking_;     ///< stopped first: no new deliveries
  std::stop_source computing_;  ///< stopped when the grace is over
  std::mutex mutex_;            ///< guards what follows
  std::condition_variable at_rest_;
  std::condition_variable_any large_came_;
  std::multimap<Time, Taken> large_line_;  ///< large jobs that wait for their turn, by rank, not claimed yet
  std::set<Identity> suspects_;  ///< those that wait for a moment alone, or have it; not claimed while they wait
  unsigned busy_ = 0;            ///< lanes that have not ended
  std::vector<std::jthread> lanes_;
};

}  // namespace decima::core
