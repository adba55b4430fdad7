#include "http/listen.hpp"

#include <arpa/inet.h>
#include <netdb.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <memory>
#include <optional>

namespace decima::http {
namespace {

constexpr std::string_view unix_mark = "unix:";
constexpr int backlog = 4096;

struct Place {
  Protocol protocol;
  Protocol::endpoint endpoint;
};

std::optional<Place> unix_place(std::string_view path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.empty() || path.size() >= sizeof address.sun_path) return std::nullopt;
  std::memcpy(address.sun_path, path.data(), path.size());
  return Place{Protocol(AF_UNIX, 0), Protocol::endpoint(&address, sizeof address)};
}

std::optional<Place> network_place(std::string_view address) {
  const std::size_t colon = address.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  std::string host(address.substr(0, colon));
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  const std::string port(address.substr(colon + 1));
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
  addrinfo* found = nullptr;
  if (getaddrinfo(host.empty() ? nullptr : host.c_str(), port.c_str(), &hints, &found) != 0) return std::nullopt;
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> owner(found, freeaddrinfo);
  return Place{Protocol(found->ai_family, found->ai_protocol), Protocol::endpoint(found->ai_addr, found->ai_addrlen)};
}

/// A socket file that an ended process left behind would keep this one from starting.
void remove_stale_socket(const Place& place, const std::string& path) {
  struct stat status {};
  if (stat(path.c_str(), &status) != 0 || !S_ISSOCK(status.st_mode)) return;
  asio::io_context context;
  Socket probe(context.get_executor(), place.protocol);
  boost::system::error_code error;
  probe.connect(place.endpoint, error);
  if (error) unlink(path.c_str());
}

}  // namespace

Result<Acceptor> listen_on(const Executor& executor, const std::string& address) {
  const bool is_unix = address.starts_with(unix_mark);
  const auto place = is_unix ? unix_place(address.substr(unix_mark.size())) : network_place(address);
  if (!place) return Error{Code::bad_setting, address + " is not an address to listen on"};
  if (is_unix) remove_stale_socket(*place, address.substr(unix_mark.size()));
  Acceptor acceptor(executor);
  boost::system::error_code error;
  acceptor.open(place->protocol, error);
  if (!error && !is_unix) acceptor.set_option(asio::socket_base::reuse_address(true), error);
  if (!error) acceptor.bind(place->endpoint, error);
  if (!error) acceptor.listen(backlog, error);
  if (error) return Error{Code::bad_setting, "cannot listen on " + address + ": " + error.message()};
  return acceptor;
}

std::uint16_t port_of(const Protocol::endpoint& endpoint) {
  if (endpoint.data()->sa_family == AF_INET)
    return ntohs(reinterpret_cast<const sockaddr_in*>(endpoint.data())->sin_port);
  if (endpoint.data()->sa_family == AF_INET6)
    return ntohs(reinterpret_cast<const sockaddr_in6*>(endpoint.data())->sin6_port);
  return 0;
}

std::string show(const Protocol::endpoint& endpoint) {
  char host[INET6_ADDRSTRLEN] = "";
  const sockaddr* address = endpoint.data();
  if (address->sa_family == AF_INET) {
    inet_ntop(AF_INET, &reinterpret_cast<const sockaddr_in*>(address)->sin_addr, host, sizeof host);
    return std::string(host) + ":" + std::to_string(port_of(endpoint));
  }
  if (address->sa_family == AF_INET6) {
    inet_ntop(AF_INET6, &reinterpret_cast<const sockaddr_in6*>(address)->sin6_addr, host, sizeof host);
    return "[" + std::string(host) + "]:" + std::to_string(port_of(endpoint));
  }
  if (address->sa_family == AF_UNIX)
    return std::string(unix_mark) + reinterpret_cast<const sockaddr_un*>(address)->sun_path;
  return "unknown";
}

}  // namespace decima::http
