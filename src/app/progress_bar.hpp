#pragma once
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

#include "engine/context.hpp"

namespace decima::app {

/// On a terminal, a line on standard error that shows the phase, how far it is and how long it will take; it appears
/// after a second, so that quick work stays silent. Elsewhere nothing.
class ProgressBar {
 public:
  ProgressBar(const engine::Progress& progress, std::string phase, std::uint64_t total);
  ~ProgressBar();
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;

  /// The next phase; its progress starts at what has been done so far. A total of 0: how far it is cannot be told.
  void phase(std::string name, std::uint64_t total);
  /// Takes the line away for good: something else is about to write to the terminal.
  void end();

 private:
  void run(const std::stop_token& stop);
  std::string line(double seconds) const;

  const engine::Progress& progress_;
  std::mutex mutex_;
  std::condition_variable_any asleep_;
  std::string phase_;
  std::uint64_t start_ = 0, total_ = 0;
  double phase_began_ = 0;
  bool shown_ = false;
  std::jthread thread_;
};

}  // namespace decima::app
