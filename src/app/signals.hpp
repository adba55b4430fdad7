#pragma once
#include <signal.h>

#include <functional>

namespace decima::app {

/// SIGTERM and SIGINT, and SIGHUP where that does not end the program, kept from every thread that is started while
/// this lives, for one thread to wait for. SIGPIPE and SIGXFSZ are ignored: a client that goes away, and
/// a file that may not grow, are errors of their own writes.
class EndingSignals {
 public:
  enum class Hangup { ends, reloads };
  explicit EndingSignals(Hangup hangup = Hangup::ends);

  /// Blocks until SIGTERM or SIGINT comes; its name. SIGHUP, where it reloads, calls `reload`, and the wait goes
  /// on.
  const char* wait(const std::function<void()>& reload = {});
  /// The next one ends the process in the system's own way.
  void end_at_once_from_now_on();

 private:
  sigset_t set_;
};

}  // namespace decima::app
