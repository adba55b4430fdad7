#include "meddler.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace decima::program {
namespace {

constexpr int look_again_ms = 20;

sockaddr_in place_of(const std::string& address) {
  sockaddr_in place{};
  place.sin_family = AF_INET;
  place.sin_port = htons(static_cast<std::uint16_t>(std::stoi(address.substr(address.rfind(':') + 1))));
  place.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return place;
}

bool send_all(int socket, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

std::string take(int socket) {
  std::string bytes(65536, '\0');
  const ssize_t got = recv(socket, bytes.data(), bytes.size(), 0);
  bytes.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
  return bytes;
}

}  // namespace

Meddler::Meddler(const std::string& server, Meddle meddle)
    : server_(server), meddle_(std::move(meddle)), listener_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in place = place_of("127.0.0.1:0");
  socklen_t size = sizeof place;
  bind(listener_, reinterpret_cast<sockaddr*>(&place), size);
  listen(listener_, 16);
  getsockname(listener_, reinterpret_cast<sockaddr*>(&place), &size);
  address_ = "127.0.0.1:" + std::to_string(ntohs(place.sin_port));
  thread_ = std::thread([this] { run(); });
}

Meddler::~Meddler() {
  ending_ = true;
  thread_.join();
  close(listener_);
}

std::string Meddler::asked() const {
  const std::lock_guard lock(mutex_);
  return asked_;
}

void Meddler::run() {
  while (!ending_) {
    pollfd wanted{listener_, POLLIN, 0};
    if (poll(&wanted, 1, look_again_ms) <= 0) continue;
    const int client = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    relay(client, connections_++);
    close(client);
  }
}

void Meddler::relay(int client, int number) {
  const int server = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_in place = place_of(server_);
  bool open = connect(server, reinterpret_cast<const sockaddr*>(&place), sizeof place) == 0, holding = false;
  while (open && !ending_) {
    pollfd wanted[] = {{client, POLLIN, 0}, {server, static_cast<short>(holding ? 0 : POLLIN), 0}};
    if (poll(wanted, 2, look_again_ms) <= 0) continue;
    if (wanted[0].revents != 0) {
      const std::string bytes = take(client);
      {
        const std::lock_guard lock(mutex_);
        asked_ += bytes;
      }
      open = !bytes.empty() && send_all(server, bytes);
    }
    if (open && !holding && wanted[1].revents != 0) {
      std::string bytes = take(server);
      open = !bytes.empty();
      const Then then = open ? meddle_(number, bytes) : Then::cut;
      open = open && send_all(client, bytes) && then != Then::cut;
      holding = then == Then::hold;
    }
  }
  close(server);
}

}  // namespace decima::program
