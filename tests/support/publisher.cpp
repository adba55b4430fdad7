#include "support/publisher.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <stdexcept>

namespace decima::support {
namespace {

/// A socket at this port; at any free one, which the port then is, when it is 0.
int bound(std::uint16_t& port) {
  const int made = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int yes = 1;  // several of ours may be at one port, as long as one of them listens
  setsockopt(made, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  sockaddr_in place{};
  place.sin_family = AF_INET;
  place.sin_port = htons(port);
  place.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof place;
  if (bind(made, reinterpret_cast<sockaddr*>(&place), size) != 0)
    throw std::runtime_error("the publisher has no place");
  getsockname(made, reinterpret_cast<sockaddr*>(&place), &size);
  port = ntohs(place.sin_port);
  return made;
}

}  // namespace

Publisher::Publisher() : kept_(bound(port_)), url_("http://127.0.0.1:" + std::to_string(port_) + "/keys") {
  publish("");
  come_back();
}

Publisher::~Publisher() {
  if (thread_.joinable()) go_down();
  close(kept_);
}

void Publisher::publish(const std::string& body, const std::string& status) {
  const std::lock_guard lock(mutex_);
  answer_ = "HTTP/1.1 " + status + "\r\nContent-Length: " + std::to_string(body.size()) +
            "\r\nConnection: close\r\n\r\n" + body;
}

void Publisher::hold() {
  const std::lock_guard lock(mutex_);
  held_ = true;
}

void Publisher::release() {
  const std::lock_guard lock(mutex_);
  held_ = false;
  released_.notify_all();
}

void Publisher::go_down() {
  release();
  shutdown(listener_, SHUT_RDWR);  // no more is accepted, so that the thread ends
  thread_.join();
  close(listener_);
}

void Publisher::come_back() {
  listener_ = bound(port_);
  if (listen(listener_, 8) != 0) throw std::runtime_error("the publisher cannot listen");
  thread_ = std::jthread([this] { serve(); });
}

void Publisher::serve() {
  for (int client; (client = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC)) >= 0; close(client)) {
    asked_++;
    char request[4096];
    if (recv(client, request, sizeof request, 0) <= 0) continue;
    std::unique_lock lock(mutex_);
    released_.wait(lock, [this] { return !held_; });
    const std::string answer = answer_;
    lock.unlock();
    send(client, answer.data(), answer.size(), MSG_NOSIGNAL);
  }
}

}  // namespace decima::support
