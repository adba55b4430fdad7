#pragma once
#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace decima::http {

/// Threads for work that may block, and a bounded line before them: when stores are slow, requests are refused at the
/// door instead of piling up.
class Pool {
 public:
  Pool(unsigned threads, std::size_t longest_line);
  /// Does what stands in the line, then ends.
  ~Pool();

  /// False when the line is full; then `work` was not taken. Work must not throw.
  bool try_run(std::function<void()> work);
  /// For what goes on with a request that was let in before: never refused, bounded by the number of those.
  void run(std::function<void()> work);

  /// Leave to do something before anybody waits for it, so that its outcome lies in memory meanwhile: what all have
  /// together is bounded. True where it is given; then it must be given back.
  bool take_leave_for_early_work();
  void give_leave_back() { early_--; }

 private:
  void serve();

  const std::size_t longest_line_;
  std::mutex mutex_;
  std::condition_variable ready_;
  std::deque<std::function<void()>> line_;
  bool ending_ = false;
  std::atomic<std::size_t> early_{0};
  std::vector<std::thread> threads_;
};

}  // namespace decima::http
