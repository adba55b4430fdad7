#pragma once

namespace decima::engine {

/// The threads a computation may use: the caller's own and threads()-1 more, kept between jobs.
class Executor {
 public:
  explicit Executor(unsigned threads);
  ~Executor();
  Executor(const Executor&) = delete;
  Executor& operator=(const Executor&) = delete;

  unsigned threads() const;
};

}  // namespace decima::engine
