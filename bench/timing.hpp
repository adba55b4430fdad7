#pragma once
#include <algorithm>
#include <ctime>
#include <vector>

namespace decima::bench {

/// What the clock on the wall says, or how long this process had a processor, which other work does not lengthen.
inline double seconds(bool of_processor) {
  std::timespec now;
  clock_gettime(of_processor ? CLOCK_PROCESS_CPUTIME_ID : CLOCK_MONOTONIC, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

template <class Work>
double seconds_of(const Work& work, bool of_processor) {
  const double start = seconds(of_processor);
  work();
  return seconds(of_processor) - start;
}

inline double median(std::vector<double> values) {
  std::ranges::sort(values);
  const std::size_t middle = values.size() / 2;
  return values.size() % 2 != 0 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

/// Repeats until `reps` runs are there or `enough` seconds gone; at least once. Runs that take less than a millisecond
/// are repeated more often.
class Repetition {
 public:
  explicit Repetition(unsigned reps) : reps_(reps) {}
  bool wanted() const { return done_ == 0 || (done_ < reps_ && spent_ < enough) || spent_ < little; }
  void add(double seconds) {
    ++done_;
    spent_ += seconds;
  }

 private:
  static constexpr double enough = 30, little = 0.05;
  unsigned reps_, done_ = 0;
  double spent_ = 0;
};

}  // namespace decima::bench
