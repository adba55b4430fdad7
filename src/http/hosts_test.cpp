#include "http/hosts.hpp"

#include <gtest/gtest.h>

namespace decima::http {
namespace {

TEST(Hosts, AddressesAndLocalhostAreAlwaysTheServers) {
  for (const Hosts& hosts : {Hosts(), Hosts::local(), *Hosts::parse("example.org")})
    for (const char* own : {"", "localhost", "LocalHost:8080", "localhost.", "app.localhost", "127.0.0.1",
                            "10.1.2.3:80", "[::1]", "[2001:db8::1]:8080"}) {
      EXPECT_TRUE(hosts.own(own)) << own;
      EXPECT_TRUE(hosts.answers(own)) << own;
    }
}

TEST(Hosts, ANameThatPointsHereIsNotThereforeTheServers) {
  const Hosts hosts = Hosts::local();
  for (const char* strange : {"evil.test", "evil.test:8080", "localhost.evil.test", "127.0.0.1.evil.test",
                              "notlocalhost", "0x7f000001", "127.1", "[evil.test]", "[]", ".", ":8080"}) {
    EXPECT_FALSE(hosts.own(strange)) << strange;
    EXPECT_TRUE(hosts.answers(strange)) << "only what pages of it may do is at stake: " << strange;
  }
}

TEST(Hosts, ThatAreNamedAreTheOnlyOnes) {
  const Hosts hosts = *Hosts::parse("example.org, decima.internal.");
  for (const char* named : {"example.org", "EXAMPLE.org:443", "example.org.", "decima.internal"})
    EXPECT_TRUE(hosts.own(named) && hosts.answers(named)) << named;
  for (const char* other : {"www.example.org", "example.or", "evil.test"})
    EXPECT_FALSE(hosts.own(other) || hosts.answers(other)) << other;
  EXPECT_TRUE(Hosts::parse("any")->own("evil.test"));
  EXPECT_TRUE(Hosts::parse("any")->answers("evil.test"));
  for (const char* bad : {"", "https://example.org", "example.org:80", "*.example.org", "127.0.0.1", "a b", "a,,b"})
    EXPECT_FALSE(Hosts::parse(bad)) << bad;
}

}  // namespace
}  // namespace decima::http
