#pragma once
#include <string>
#include <vector>

#include "app/settings.hpp"
#include "base/result.hpp"

namespace decima::app {

/// The setting `listen`, taken apart: HOST:PORT, [IPV6]:PORT, localhost:PORT, any of them after https:// for TLS, or
/// unix:PATH, separated by commas. An address beyond this machine is an error unless allow_public says yes.
Result<std::vector<std::string>> listen_addresses(const Settings& settings);

}  // namespace decima::app
