#include "app/listen.hpp"

#include <arpa/inet.h>
#include <sys/un.h>

#include "base/text.hpp"

namespace decima::app {
namespace {

constexpr std::string_view unix_prefix = "unix:";
constexpr std::string_view plain_prefix = "http://";
constexpr std::string_view secure_prefix = "https://";

Error malformed(std::string_view text) {
  return {Code::bad_setting,
          "DECIMA_LISTEN (--listen) takes HOST:PORT like 127.0.0.1:8080 or [::1]:8080, https://HOST:PORT, or "
          "unix:PATH, not \"" +
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

/// TLS has all that it needs.
Result<> check_secure(std::string_view text, const Settings& settings) {
  if (settings.text("tls_certificate") != "none" && settings.text("tls_key") != "none") return Done{};
  return Error{Code::bad_setting, "DECIMA_LISTEN (--listen) names " + std::string(text) +
                                      ", which needs a certificate and its key: set DECIMA_TLS_CERTIFICATE "
                                      "(--tls-certificate) and DECIMA_TLS_KEY (--tls-key) to their files"};
}

/// One address of the list, as the server takes it.
Result<std::string> listen_address(std::string_view text, const Settings& settings) {
  if (text.starts_with(unix_prefix)) {
    if (const auto good = check_socket_path(text); !good) return good.error();
    return std::string(text);
  }
  std::string scheme;
  if (text.starts_with(secure_prefix)) {
    if (const auto good = check_secure(text, settings); !good) return good.error();
    scheme = secure_prefix;
    text.remove_prefix(secure_prefix.size());
  } else if (text.starts_with(plain_prefix)) {
    text.remove_prefix(plain_prefix.size());
  }
  if (const auto host = host_of(text); !host) return host.error();
  constexpr std::string_view local = "localhost";
  return scheme + (text.starts_with(local) ? "127.0.0.1" + std::string(text.substr(local.size())) : std::string(text));
}

}  // namespace

Result<std::vector<std::string>> listen_addresses(const Settings& settings) {
  std::vector<std::string> addresses;
  for (const auto text : split(settings.text("listen"), ',')) {
    auto address = listen_address(text, settings);
    if (!address) return address.error();
    addresses.push_back(std::move(*address));
  }
  return addresses;
}

bool others_can_reach(const std::string& address) {
  if (address.starts_with(unix_prefix)) return false;
  const auto host =
      host_of(std::string_view(address).substr(address.starts_with(secure_prefix) ? secure_prefix.size() : 0));
  return !host || !is_loopback(*host);
}

}  // namespace decima::app
