#pragma once
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "core/execute.hpp"
#include "core/lease_keeper.hpp"
#include "core/ports.hpp"

namespace decima::core {

struct WorkerSettings {
  std::string name;               ///< tells this process from others in rows and logs
  unsigned slots = 1;             ///< jobs at once
  unsigned threads = 1;           ///< of each computation
  Duration lease{30'000};         ///< of a claim; renewed while the job runs
  Duration idle_release{60'000};  ///< after so long without work a slot gives its memory back
};

/// Memory that computations share: each takes what its estimate says before it starts and waits while there is none.
class MemoryGate {
 public:
  explicit MemoryGate(std::uint64_t bytes) : free_(bytes) {}

  /// Holds `bytes` of the gate while it lives. Waits for them; `granted` is false when stopped first.
  class Pass {
   public:
    Pass(MemoryGate& gate, std::uint64_t bytes, const std::stop_token& stop);
    ~Pass();
    Pass(const Pass&) = delete;
    Pass& operator=(const Pass&) = delete;
    bool granted() const { return granted_; }

   private:
    MemoryGate& gate_;
    std::uint64_t bytes_;
    bool granted_;
  };

 private:
  std::mutex mutex_;
  std::condition_variable_any freed_;
  std::uint64_t free_;
};

/// Takes deliveries, claims their jobs and executes them, one in each slot. Every slot is a thread with an arena and
/// threads of its own.
class Worker {
 public:
  Worker(const Ports& ports, const Budgets& budgets, const CachePolicy& cache, const Patience& patience,
         WorkerSettings settings);
  ~Worker();

  void start();
  /// Takes no more. Jobs under way may go on for `grace`; what is not done by then is given back to the queue. Returns
  /// when all slots are at rest.
  void stop(Duration grace);

 private:
  void run_slot(const std::stop_token& stop);
  void handle(const Delivery& delivery, class SlotEngine& engine);
  Result<std::optional<Job>> claim(const Identity& identity);
  void work_on(const Job& job, class SlotEngine& engine);

  Ports ports_;
  Budgets budgets_;
  CachePolicy cache_;
  Patience patience_;
  WorkerSettings settings_;
  MemoryGate memory_;
  LeaseKeeper leases_;
  std::stop_source taking_;     ///< stopped first: no new deliveries
  std::stop_source computing_;  ///< stopped when the grace is over
  std::mutex mutex_;
  std::condition_variable at_rest_;
  unsigned busy_ = 0;  ///< slots that have not ended
  std::vector<std::jthread> slots_;
};

}  // namespace decima::core
