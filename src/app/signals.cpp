#include "app/signals.hpp"

#include <pthread.h>

namespace decima::app {

EndingSignals::EndingSignals() {
  sigemptyset(&set_);
  sigaddset(&set_, SIGINT);
  sigaddset(&set_, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &set_, nullptr);
  signal(SIGPIPE, SIG_IGN);
}

const char* EndingSignals::wait() {
  int number = 0;
  sigwait(&set_, &number);
  return number == SIGINT ? "SIGINT" : "SIGTERM";
}

void EndingSignals::end_at_once_from_now_on() { pthread_sigmask(SIG_UNBLOCK, &set_, nullptr); }

}  // namespace decima::app
