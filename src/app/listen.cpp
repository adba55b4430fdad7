#include "app/listen.hpp"

#include <arpa/inet.h>
#include <sys/un.h>

#include "base/text.hpp"

namespace decima::app {
namespace {

constexpr std::string_view unix_prefix = "unix:";

Error malformed(std::string_view text) {
  return {Code::bad_setting,
          "DECIMA_LISTEN (--listen) takes HOST:PORT like 127.0.0.1:8080 or [::1]:8080, or unix:PATH, not \"" +
              std::string(text) + "\""};
}

bool is_address(const std::string& host) {
  unsigned char buffer[sizeof(in6_addr)];
  return inet_pton(AF_INET, host.c_str(), buffer) == 1 || inet_pton(AF_INET6, host.c_str(), buffer) == 1;
}

bool is_loopback(const std::string& host) { return host == "::1" || host.starts_with("127."); }

/// The address without its port and brackets; the error says what an address looks like.
Result<std::string> host_of(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return malformed(text);
  std::string host(text.substr(0, colon));
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  if (host == "localhost") host = "127.0.0.1";
  const auto port = parse_number(text.substr(colon + 1));
  if (!is_address(host) || !port || *port > 65535) return malformed(text);
  return host;
}

/// A path for a socket fits into the system's address structure.
Result<> check_socket_path(std::string_view text) {
  const std::string_view path = text.substr(unix_prefix.size());
  if (path.empty() || path.size() >= sizeof(sockaddr_un::sun_path)) return malformed(text);
  return Done{};
}

Result<> check_network_address(std::string_view text, bool allow_public) {
  const auto host = host_of(text);
  if (!host) return host.error();
  if (is_loopback(*host) || allow_public) return Done{};
  return Error{Code::bad_setting,
               "DECIMA_LISTEN (--listen) names " + std::string(text) +
                   ", which others can reach, and there is no authentication yet; if that is what you want, set "
                   "DECIMA_ALLOW_PUBLIC=yes (--allow-public yes)"};
}

}  // namespace

Result<std::vector<std::string>> listen_addresses(const Settings& settings) {
  std::vector<std::string> addresses;
  for (const auto text : split(settings.text("listen"), ',')) {
    const auto good = text.starts_with(unix_prefix) ? check_socket_path(text)
                                                    : check_network_address(text, settings.yes("allow_public"));
    if (!good) return good.error();
    addresses.push_back(text.starts_with("localhost:") ? "127.0.0.1" + std::string(text.substr(9)) : std::string(text));
  }
  return addresses;
}

}  // namespace decima::app
