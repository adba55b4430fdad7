#include "app/supervisor.hpp"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "base/text.hpp"

namespace decima::app {
namespace {

/// Takes a variable out of the environment.
std::string taken(const char* name) {
  const char* value = std::getenv(name);
  std::string text = value ? value : "";
  unsetenv(name);
  return text;
}

Error unreachable(const std::string& socket) {
  return {Code::unavailable, "the supervisor at " + socket + ": " + std::strerror(errno)};
}

}  // namespace

Supervisor::Supervisor(std::string socket, std::optional<Duration> watchdog) : socket_(std::move(socket)) {
  if (watchdog) pulse_ = std::max(*watchdog / 2, Duration(1));
}

Supervisor Supervisor::from_environment() {
  const std::string microseconds = taken("WATCHDOG_USEC"), meant_for = taken("WATCHDOG_PID");
  std::optional<Duration> watchdog;
  const auto time = parse_number(microseconds);
  if (time && *time > 0 && (meant_for.empty() || meant_for == std::to_string(getpid())))
    watchdog = std::chrono::duration_cast<Duration>(std::chrono::microseconds(*time));
  return {taken("NOTIFY_SOCKET"), watchdog};
}

Result<> Supervisor::tell(std::string_view news) const {
  if (socket_.empty()) return Done{};
  sockaddr_un address{};
  if (socket_.size() > sizeof address.sun_path) return Error{Code::bad_setting, "NOTIFY_SOCKET is too long"};
  address.sun_family = AF_UNIX;
  std::ranges::copy(socket_, address.sun_path);
  if (socket_.front() == '@') address.sun_path[0] = '\0';
  const int descriptor = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (descriptor < 0) return unreachable(socket_);
  const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + socket_.size());
  const auto sent =
      sendto(descriptor, news.data(), news.size(), MSG_NOSIGNAL, reinterpret_cast<const sockaddr*>(&address), length);
  const bool told = sent == static_cast<ssize_t>(news.size());
  const Result<> outcome = told ? Result<>(Done{}) : Result<>(unreachable(socket_));
  close(descriptor);
  return outcome;
}

}  // namespace decima::app
