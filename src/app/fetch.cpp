#include "app/fetch.hpp"

#include <netdb.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/text.hpp"

namespace decima::app {
namespace {

constexpr timeval patience{3, 0};
constexpr std::size_t longest_answer = 1 << 20;
constexpr std::string_view unix_prefix = "unix:";

Error unreachable(const std::string& address) {
  return {Code::unavailable, address + ": " + (errno == EAGAIN ? "no answer in time" : std::strerror(errno))};
}

class Socket {
 public:
  explicit Socket(int family) : descriptor_(socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    setsockopt(descriptor_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    setsockopt(descriptor_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  }
  ~Socket() { close(descriptor_); }
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;

  int descriptor() const { return descriptor_; }

 private:
  int descriptor_;
};

Result<std::string> exchange(const Socket& socket, const std::string& address, const std::string& request) {
  if (send(socket.descriptor(), request.data(), request.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(request.size()))
    return unreachable(address);
  std::string answer;
  char buffer[4096];
  for (;;) {
    const ssize_t got = recv(socket.descriptor(), buffer, sizeof buffer, 0);
    if (got < 0) return unreachable(address);
    if (got == 0) return answer;
    answer.append(buffer, static_cast<std::size_t>(got));
    if (answer.size() > longest_answer) return Error{Code::unavailable, address + ": the answer is too long"};
  }
}

Result<std::string> ask(const std::string& address, const std::string& request) {
  if (address.starts_with(unix_prefix)) {
    sockaddr_un place{};
    place.sun_family = AF_UNIX;
    address.copy(place.sun_path, sizeof place.sun_path - 1, unix_prefix.size());
    const Socket socket(AF_UNIX);
    if (connect(socket.descriptor(), reinterpret_cast<sockaddr*>(&place), sizeof place) != 0)
      return unreachable(address);
    return exchange(socket, address, request);
  }
  const std::size_t colon = address.rfind(':');
  std::string host = address.substr(0, colon);
  if (host.starts_with('[')) host = host.substr(1, host.size() - 2);
  addrinfo hints{}, *places = nullptr;
  hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV;
  hints.ai_socktype = SOCK_STREAM;
  if (getaddrinfo(host.c_str(), address.c_str() + colon + 1, &hints, &places) != 0)
    return Error{Code::unavailable, address + " is not an address"};
  const Socket socket(places->ai_family);
  const int connected = connect(socket.descriptor(), places->ai_addr, places->ai_addrlen);
  freeaddrinfo(places);
  if (connected != 0) return unreachable(address);
  return exchange(socket, address, request);
}

}  // namespace

Result<Fetched> fetch(const std::string& address, const std::string& path) {
  const auto answer = ask(address, "GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
  if (!answer) return answer.error();
  const std::size_t body = answer->find("\r\n\r\n");
  const auto status = answer->size() > 12 ? parse_number(answer->substr(9, 3)) : std::nullopt;
  if (!answer->starts_with("HTTP/1.1 ") || !status || body == std::string::npos)
    return Error{Code::unavailable, address + " does not answer as an HTTP server"};
  return Fetched{static_cast<int>(*status), answer->substr(body + 4)};
}

}  // namespace decima::app
