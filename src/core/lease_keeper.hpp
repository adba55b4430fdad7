#pragma once
#include <condition_variable>
#include <list>
#include <mutex>
#include <stop_token>
#include <thread>
#include <vector>

#include "base/clock.hpp"
#include "core/job_store.hpp"

namespace decima::core {

/// Renews the leases of the claims it holds, from a thread of its own, so that a long computation keeps its job. When
/// a lease is lost it stops the computation. A claim that is held for less than a third of its lease costs nothing.
/// It also gives claims back that the store would not take, as on a full disk, for as long as that goes on.
class LeaseKeeper {
 public:
  LeaseKeeper(JobStore& jobs, Duration lease);
  ~LeaseKeeper();

  /// Renews all at once, whenever they were renewed last. Whoever ends leases that ran out does this first for those of
  /// its own process: they may have run out while the process stood still or the clock was put forward, and it lives.
  void renew_now();

  /// The claim's holder has ended, and the store did not take it: the claim is given back as soon as it does.
  void give_back(Claim claim);

  /// While this lives, the claim's lease is renewed; `computation` is stopped if it is lost.
  class Hold {
   public:
    Hold(LeaseKeeper& keeper, Claim claim, std::stop_source computation);
    ~Hold();
    Hold(const Hold&) = delete;
    Hold& operator=(const Hold&) = delete;

   private:
    friend class LeaseKeeper;
    LeaseKeeper& keeper_;
    Claim claim_;
    std::stop_source computation_;
    Stopwatch since_renewal_;
    std::list<Hold*>::iterator place_;
  };

 private:
  void run(const std::stop_token& stop);
  /// Those that were renewed this long ago or longer.
  void renew_older_than(Duration age);
  void give_back_owed();

  JobStore& jobs_;
  const Duration lease_;
  std::mutex mutex_;  ///< guards held_ and owed_, and a Hold's life while it is being renewed
  std::condition_variable_any asleep_;
  std::list<Hold*> held_;
  std::vector<Claim> owed_;  ///< to be given back
  std::jthread thread_;
};

}  // namespace decima::core
