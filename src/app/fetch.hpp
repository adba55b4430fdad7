#pragma once
#include <string>

#include "base/result.hpp"

namespace decima::app {

struct Fetched {
  int status = 0;
  std::string body;
};

/// GET `path` from the server at `address` (as the setting listen spells it), within a few seconds. Plain sockets: a
/// health check runs every few seconds in its own process, and should start in a millisecond.
Result<Fetched> fetch(const std::string& address, const std::string& path);

}  // namespace decima::app
