#pragma once
#include <string>
#include <vector>

#include "app/settings.hpp"
#include "base/result.hpp"

namespace decima::app {

/// The setting `listen`, taken apart: HOST:PORT, [IPV6]:PORT, localhost:PORT, any of them after https:// for TLS, or
/// unix:PATH, separated by commas.
Result<std::vector<std::string>> listen_addresses(const Settings& settings);

/// Whether one of them is more than this machine's own.
bool others_can_reach(const std::string& address);

}  // namespace decima::app
