// Keys by URL: from a server that changes them, breaks, sends too much or nothing at all.
#include "http/jwks.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <thread>

#include "support/issuer.hpp"
#include "support/publisher.hpp"

namespace decima::http {
namespace {

using support::Issuer;
using support::key_set;
using support::Publisher;

bool eventually(const std::function<bool()>& condition) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (!condition()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return true;
}

TEST(Jwks, ComeByUrlAndAreAskedForAgainWhenOneIsMissing) {
  Publisher publisher;
  publisher.publish(key_set({Issuer::p256("old")}));
  Jwks jwks(publisher.url(), Duration(0));
  EXPECT_TRUE(jwks.keys()->empty());
  ASSERT_TRUE(jwks.load());
  ASSERT_TRUE(eventually([&] { return !jwks.keys()->empty(); }));
  EXPECT_EQ(jwks.keys()->front().id, "old");
  publisher.publish(key_set({Issuer::p256("new")}));
  ASSERT_TRUE(eventually([&] {
    jwks.look_again();
    return jwks.keys()->front().id == "new";
  }));
}

TEST(Jwks, AreNotAskedForMoreOftenThanTheFloor) {
  Publisher publisher;
  publisher.publish(key_set({Issuer::p256("only")}));
  Jwks jwks(publisher.url(), std::chrono::hours(1));
  ASSERT_TRUE(jwks.load());
  ASSERT_TRUE(eventually([&] { return !jwks.keys()->empty() && !jwks.look_again(); }));
  for (int i = 0; i < 1000; i++) EXPECT_FALSE(jwks.look_again());
  EXPECT_EQ(publisher.asked(), 1);
}

TEST(Jwks, WhatCannotBeHadLeavesTheOldKeys) {
  Publisher publisher;
  publisher.publish(key_set({Issuer::p256("kept")}));
  Jwks jwks(publisher.url(), Duration(0));
  ASSERT_TRUE(jwks.load());
  ASSERT_TRUE(eventually([&] { return !jwks.keys()->empty(); }));
  const std::string set = key_set({Issuer::p256("bad")});
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

TEST(Jwks, AreAskedForAtOnceByWhoLoadsThemAgain) {
  Publisher publisher;
  publisher.publish(key_set({Issuer::p256("old")}));
  Jwks jwks(publisher.url(), std::chrono::hours(1));
  ASSERT_TRUE(jwks.load());
  ASSERT_TRUE(eventually([&] { return !jwks.keys()->empty() && !jwks.look_again(); }));
  publisher.publish(key_set({Issuer::p256("new")}));
  ASSERT_TRUE(jwks.load());
  EXPECT_TRUE(eventually([&] { return jwks.keys()->front().id == "new"; })) << "the floor is for what tokens say";
}

TEST(Jwks, EndWhileAServerSaysNothing) {
  Publisher publisher;
  publisher.hold();
  const auto start = std::chrono::steady_clock::now();
  {
    Jwks jwks(publisher.url());
    ASSERT_TRUE(jwks.load());
    ASSERT_TRUE(eventually([&] { return publisher.asked() == 1; }));
  }
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(9));
}

}  // namespace
}  // namespace decima::http
