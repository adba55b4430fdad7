#pragma once
#include <signal.h>

namespace decima::app {

/// SIGTERM and SIGINT, kept from every thread that is started while this lives, for one thread to wait for. SIGPIPE is
/// ignored: a client that goes away is an error of its own write.
class EndingSignals {
 public:
  EndingSignals();

  /// Blocks until one comes; its name.
  const char* wait();
  /// The next one ends the process in the system's own way.
  void end_at_once_from_now_on();

 private:
  sigset_t set_;
};

}  // namespace decima::app
