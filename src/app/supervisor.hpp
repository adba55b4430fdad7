#pragma once
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/result.hpp"

namespace decima::app {

/// The one who started this program and watches it, where that is systemd or speaks its language: one datagram for
/// each piece of news to the socket that NOTIFY_SOCKET names. Without one, all of this does nothing.
class Supervisor {
 public:
  /// What the environment says. Takes the variables out of it, so that no program started from here speaks for this
  /// one.
  static Supervisor from_environment();
  Supervisor(std::string socket, std::optional<Duration> watchdog);

  Result<> ready() const { return tell("READY=1"); }
  Result<> stopping() const { return tell("STOPPING=1"); }
  Result<> alive() const { return tell("WATCHDOG=1"); }

  /// How often it wants to hear that the program is alive; half of the time after which it would start it anew.
  std::optional<Duration> pulse() const { return pulse_; }

 private:
  Result<> tell(std::string_view news) const;

  std::string socket_;  ///< a path, or "@" and an abstract name; empty: nobody listens
  std::optional<Duration> pulse_;
};

}  // namespace decima::app
