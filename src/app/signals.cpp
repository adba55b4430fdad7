#include "app/signals.hpp"

#include <pthread.h>

namespace decima::app {

EndingSignals::EndingSignals(Hangup hangup) {
  sigemptyset(&set_);
  sigaddset(&set_, SIGINT);
  sigaddset(&set_, SIGTERM);
  if (hangup == Hangup::reloads) sigaddset(&set_, SIGHUP);
  pthread_sigmask(SIG_BLOCK, &set_, nullptr);
  signal(SIGPIPE, SIG_IGN);
  signal(SIGXFSZ, SIG_IGN);
}

const char* EndingSignals::wait(const std::function<void()>& reload) {
  int number = 0;
  sigwait(&set_, &number);
  while (number == SIGHUP) {
    reload();
    sigwait(&set_, &number);
  }
  return number == SIGINT ? "SIGINT" : "SIGTERM";
}

void EndingSignals::end_at_once_from_now_on() { pthread_sigmask(SIG_UNBLOCK, &set_, nullptr); }

}  // namespace decima::app
