#pragma once
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

 private:
  void serve();

  const std::size_t longest_line_;
  std::mutex mutex_;
  std::condition_variable ready_;
  std::deque<std::function<void()>> line_;
  bool ending_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace decima::http
