#pragma once
#include <condition_variable>
#include <future>
#include <mutex>
#include <thread>
#include <vector>

#include "adapters/store/runner.hpp"
#include "base/metrics.hpp"

namespace decima::adapters {

/// The one writer of an embedded database: a thread that gathers the acts which came while it was committing and runs
/// them in one transaction, so that many callers share the price of one sync to the disk. An act that fails undoes
/// itself and nothing else; for that the others of its batch may be run twice. Callers wait for the commit; if that
/// fails, all of the batch have failed. The sync is left out when no act of the batch has to last through a power cut;
/// the next batch with one that has to makes those before it last as well, because the log is one sequence.
class GroupWriter {
 public:
  explicit GroupWriter(Connection connection);
  /// Finishes what was begun.
  ~GroupWriter();

  Result<> write(const Act& act, Lasting lasting = Lasting::always);
  /// Acts that wait for the next batch.
  std::size_t waiting() const;

 private:
  struct Pending {
    const Act* act;
    Lasting lasting;
    std::promise<Result<>> answer;
    Result<> outcome = Done{};
  };
  using Batch = std::vector<Pending>;

  void work();
  Batch next_batch();
  void run(Batch& batch);
  bool run_plainly(Batch& batch);
  void run_apart(Batch& batch);
  void choose_sync(const Batch& batch);
  Result<> attempt(const Act& act);
  void roll_back() noexcept;

  Connection connection_;
  Lasting chosen_ = Lasting::always;  ///< how the connection commits; it comes with syncs
  mutable std::mutex mutex_;
  std::condition_variable arrived_;
  Batch waiting_;
  bool ending_ = false;
  metrics::Counter commits_ =
      metrics::counter("decima_store_commits_total", "Transactions the store's writer committed.");
  metrics::Counter syncs_ = metrics::counter("decima_store_syncs_total", "Those of them that waited for the disk.");
  metrics::Counter acts_ =
      metrics::counter("decima_store_acts_total", "Acts in those transactions, each of one caller.");
  std::thread thread_;  ///< last: it uses all of the above
};

}  // namespace decima::adapters
