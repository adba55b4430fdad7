#pragma once
#include <string>
#include <vector>

#include "app/settings.hpp"
#include "base/result.hpp"
#include "http/access_settings.hpp"

namespace decima::app {

/// The group Access of the settings, for a server at these addresses. Who can reach a server from elsewhere needs
/// credentials, unless the settings say otherwise in so many words; where that leaves nobody who could come in, the
/// error says what to do.
Result<http::AccessSettings> access_settings(const Settings& settings, const std::vector<std::string>& listen);

/// http_max_connections_per_client, auto worked out.
std::size_t connections_per_client(const Settings& settings, const std::vector<std::string>& listen);

}  // namespace decima::app
