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
/// them in one transaction, so that many callers share the price of one sync to the disk. Each act has a savepoint of
/// its own: one that fails undoes itself and nothing else. Callers wait for the commit; if that fails, all of the
/// batch have failed.
class GroupWriter {
 public:
  explicit GroupWriter(Connection connection);
  /// Finishes what was begun.
  ~GroupWriter();

  Result<> write(const Act& act);
  /// Acts that wait for the next batch.
  std::size_t waiting() const;

 private:
  struct Pending {
    const Act* act;
    std::promise<Result<>> answer;
    Result<> outcome = Done{};
  };
  using Batch = std::vector<Pending>;

  void work();
  Batch next_batch();
  void run(Batch& batch);
  Result<> attempt(const Act& act);
  void roll_back() noexcept;

  Connection connection_;
  mutable std::mutex mutex_;
  std::condition_variable arrived_;
  Batch waiting_;
  bool ending_ = false;
  metrics::Counter commits_ =
      metrics::counter("decima_store_commits_total", "Transactions the store's writer committed.");
  metrics::Counter acts_ =
      metrics::counter("decima_store_acts_total", "Acts in those transactions, each of one caller.");
  std::thread thread_;  ///< last: it uses all of the above
};

}  // namespace decima::adapters
