#pragma once
#include <cstddef>
#include <functional>
#include <memory>

namespace decima::engine {

/// The threads a computation may use: the caller's own and threads()-1 more, kept between jobs.
class Executor {
 public:
  explicit Executor(unsigned threads);
  ~Executor();
  Executor(const Executor&) = delete;
  Executor& operator=(const Executor&) = delete;

  unsigned threads() const;

  /// Calls task(0) … task(count-1), each once, spread over the threads in no promised order, and returns when all have
  /// returned. Called from inside a task it runs the inner tasks on the calling thread. Tasks do not throw. Only one
  /// thread outside the tasks may call it at a time.
  void parallel(std::size_t count, const std::function<void(std::size_t)>& task);

 private:
  class Crew;
  std::unique_ptr<Crew> crew_;
};

}  // namespace decima::engine
