// Keys by URL: from a server that changes them, breaks, sends too much or nothing at all.
#include "http/jwks.hpp"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <functional>

#include "http/jwt_maker_test.hpp"

namespace decima::http {
namespace {

bool eventually(const std::function<bool()>& condition) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (!condition()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return true;
}

/// Answers every request with the text that is set.
class Publisher {
 public:
  Publisher() : socket_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in place{};
    place.sin_family = AF_INET;
    place.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof place;
    bind(socket_, reinterpret_cast<sockaddr*>(&place), size);
    listen(socket_, 8);
    getsockname(socket_, reinterpret_cast<sockaddr*>(&place), &size);
    url_ = "http://127.0.0.1:" + std::to_string(ntohs(place.sin_port)) + "/keys";
    thread_ = std::jthread([this] { serve(); });
  }
  ~Publisher() {
    shutdown(socket_, SHUT_RDWR);
    thread_.join();
    close(socket_);
  }

  const std::string& url() const { return url_; }
  int asked() const { return asked_; }
  void publish(const std::string& body, const std::string& status = "200 OK") {
    const std::lock_guard lock(mutex_);
    answer_ = "HTTP/1.1 " + status + "\r\nContent-Length: " + std::to_string(body.size()) +
              "\r\nConnection: close\r\n\r\n" + body;
  }

 private:
  void serve() {
    for (int client; (client = accept(socket_, nullptr, nullptr)) >= 0; close(client)) {
      asked_++;
      char request[4096];
      if (recv(client, request, sizeof request, 0) <= 0) continue;
      const std::lock_guard lock(mutex_);
      send(client, answer_.data(), answer_.size(), MSG_NOSIGNAL);
    }
  }

  int socket_;
  std::string url_, answer_;
  std::mutex mutex_;
  std::atomic<int> asked_{0};
  std::jthread thread_;
};

TEST(Jwks, ComeByUrlAndAreAskedForAgainWhenOneIsMissing) {
  Publisher publisher;
  publisher.publish(Issuer::p256("old").set());
  Jwks jwks(publisher.url(), Duration(0));
  EXPECT_TRUE(jwks.keys()->empty());
  ASSERT_TRUE(jwks.load());
  ASSERT_TRUE(eventually([&] { return !jwks.keys()->empty(); }));
  EXPECT_EQ(jwks.keys()->front().id, "old");
  publisher.publish(Issuer::p256("new").set());
  ASSERT_TRUE(eventually([&] {
    jwks.look_again();
    return jwks.keys()->front().id == "new";
  }));
}

TEST(Jwks, AreNotAskedForMoreOftenThanTheFloor) {
  Publisher publisher;
  publisher.publish(Issuer::p256("only").set());
  Jwks jwks(publisher.url(), std::chrono::hours(1));
  ASSERT_TRUE(jwks.load());
  ASSERT_TRUE(eventually([&] { return !jwks.keys()->empty() && !jwks.look_again(); }));
  for (int i = 0; i < 1000; i++) EXPECT_FALSE(jwks.look_again());
  EXPECT_EQ(publisher.asked(), 1);
}

TEST(Jwks, WhatCannotBeHadLeavesTheOldKeys) {
  Publisher publisher;
  publisher.publish(Issuer::p256("kept").set());
  Jwks jwks(publisher.url(), Duration(0));
  ASSERT_TRUE(jwks.load());
  ASSERT_TRUE(eventually([&] { return !jwks.keys()->empty(); }));
  const std::string set = Issuer::p256("bad").set();
  const auto ask_again = [&] {
    const int before = publisher.asked();
    // The one after the next was certainly asked for after this.
    ASSERT_TRUE(eventually([&] {
      jwks.look_again();
      return publisher.asked() >= before + 2;
    }));
    EXPECT_EQ(jwks.keys()->front().id, "kept");
  };
  publisher.publish(set, "500 Oh");
  ask_again();
  publisher.publish(set, "302 Found");
  ask_again();
  publisher.publish("<html>");
  ask_again();
  publisher.publish(std::string(1 << 20, ' ') + set);
  ask_again();
}

TEST(Jwks, EndWhileAServerSaysNothing) {
  const int silent = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in place{};
  place.sin_family = AF_INET;
  place.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof place;
  ASSERT_EQ(bind(silent, reinterpret_cast<sockaddr*>(&place), size), 0);
  ASSERT_EQ(listen(silent, 1), 0);
  getsockname(silent, reinterpret_cast<sockaddr*>(&place), &size);
  const auto start = std::chrono::steady_clock::now();
  {
    Jwks jwks("http://127.0.0.1:" + std::to_string(ntohs(place.sin_port)) + "/");
    ASSERT_TRUE(jwks.load());
    close(accept(silent, nullptr, nullptr));
  }
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(9));
  close(silent);
}

}  // namespace
}  // namespace decima::http
