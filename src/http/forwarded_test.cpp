#include "http/forwarded.hpp"

#include <gtest/gtest.h>

namespace decima::http {
namespace {

std::optional<Address> address(std::string_view text) { return Address::parse(text); }

std::string shown(const std::optional<Address>& client) { return client ? client->text() : "nobody"; }

/// Who asks, when 10.0.0.1 connects and these fields come; 10.0.0.0/8 and 2001:db8::/32 are trusted.
std::string client(std::vector<Field> fields, ForwardedBy by = ForwardedBy::x_forwarded_for,
                   std::string_view peer = "10.0.0.1") {
  const auto trusted = TrustedProxies::parse("10.0.0.0/8,2001:db8::/32");
  Request request;
  request.fields = std::move(fields);
  return shown(client_of(request, address(peer), *trusted, by));
}

TEST(Address, HasOneFormHoweverItCame) {
  EXPECT_EQ(address("192.0.2.1"), address("::ffff:192.0.2.1"));
  EXPECT_EQ(address("::ffff:192.0.2.1")->text(), "192.0.2.1");
  EXPECT_EQ(address("2001:DB8:0::1")->text(), "2001:db8::1");
  for (const char* bad : {"", "1.2.3", "1.2.3.4.5", "1.2.3.256", "0x1.2.3.4", "1.2.3.4 ", "::g", ":::", "fe80::1%eth0",
                          "[::1]", "localhost", "1111:2222:3333:4444:5555:6666:7777:8888:9999"})
    EXPECT_FALSE(address(bad)) << bad;
  EXPECT_FALSE(address(std::string_view("1.2.3.4\0", 8)));
}

TEST(Address, OneCustomerOfIpv6IsOneClient) {
  EXPECT_EQ(client_key(*address("2001:db8:1:2:3::4")), client_key(*address("2001:db8:1:2:ffff::")));
  EXPECT_NE(client_key(*address("2001:db8:1:2::")), client_key(*address("2001:db8:1:3::")));
  EXPECT_NE(client_key(*address("192.0.2.1")), client_key(*address("192.0.2.2")));
}

TEST(Network, HoldsWhatBeginsAlike) {
  EXPECT_TRUE(Network::parse("10.0.0.0/8")->holds(*address("10.255.0.1")));
  EXPECT_FALSE(Network::parse("10.0.0.0/8")->holds(*address("11.0.0.1")));
  EXPECT_TRUE(Network::parse("192.0.2.128/25")->holds(*address("192.0.2.129")));
  EXPECT_FALSE(Network::parse("192.0.2.128/25")->holds(*address("192.0.2.127")));
  EXPECT_TRUE(Network::parse("0.0.0.0/0")->holds(*address("203.0.113.9")));
  EXPECT_FALSE(Network::parse("0.0.0.0/0")->holds(*address("2001:db8::1")));
  EXPECT_TRUE(Network::parse("::1")->holds(*address("::1")));
  for (const char* bad :
       {"10.0.0.0/33", "10.0.0.1/8", "::/129", "10.0.0.0/", "/8", "10.0.0.0/-1", "10.0.0.0/08", "ten"})
    EXPECT_FALSE(Network::parse(bad)) << bad;
}

TEST(TrustedProxies, AreNamedInASetting) {
  EXPECT_TRUE(TrustedProxies::parse("none")->networks.empty());
  EXPECT_FALSE(TrustedProxies::parse("none")->trusts(std::nullopt));
  EXPECT_TRUE(TrustedProxies::parse("127.0.0.1, unix")->trusts(std::nullopt));
  EXPECT_EQ(TrustedProxies::parse("10.0.0.0/8,everybody").error().code, Code::bad_setting);
}

TEST(Client, IsThePeerUnlessThatIsTrusted) {
  EXPECT_EQ(client({{"X-Forwarded-For", "203.0.113.9"}}, ForwardedBy::x_forwarded_for, "192.0.2.1"), "192.0.2.1");
  EXPECT_EQ(client({}), "10.0.0.1");
  EXPECT_EQ(client({{"X-Forwarded-For", "203.0.113.9"}}), "203.0.113.9");
}

TEST(Client, IsTheNearestThatIsNoTrustedProxy) {
  EXPECT_EQ(client({{"X-Forwarded-For", "1.1.1.1, 203.0.113.9, 10.2.2.2"}}), "203.0.113.9")
      << "1.1.1.1 is what the client itself wrote";
  EXPECT_EQ(client({{"x-forwarded-for", "1.1.1.1"}, {"X-Forwarded-For", "203.0.113.9"}}), "203.0.113.9");
  EXPECT_EQ(client({{"X-Forwarded-For", "10.3.3.3,10.2.2.2"}}), "10.3.3.3") << "a client within the trusted network";
  EXPECT_EQ(client({{"X-Forwarded-For", "203.0.113.9, [2001:db8::7]:443"}}), "203.0.113.9");
  EXPECT_EQ(client({{"X-Forwarded-For", "203.0.113.9:4711"}}), "203.0.113.9");
  EXPECT_EQ(client({{"X-Forwarded-For", "2001:4860::8"}}), "2001:4860::8");
}

TEST(Client, BehindWhatCannotBeReadIsTheProxyThatWroteIt) {
  for (const char* bad : {"", ",", "unknown", "203.0.113.9,", "203.0.113.9, garbage", "1.2.3.4, [::1", "1.2.3.4, []:1",
                          "1.2.3.4, []", "[", "1.2.3.4:99999999", "1.2.3.4:x", "\"1.2.3.4\""})
    EXPECT_EQ(client({{"X-Forwarded-For", bad}}), "10.0.0.1") << bad;
  EXPECT_EQ(client({{"X-Forwarded-For", "203.0.113.9, garbage, 10.2.2.2"}}), "10.2.2.2");
}

TEST(Client, OnlyTheFieldOfTheSettingIsRead) {
  const std::vector<Field> both{{"Forwarded", "for=1.1.1.1"}, {"X-Forwarded-For", "203.0.113.9"}};
  EXPECT_EQ(client(both), "203.0.113.9");
  EXPECT_EQ(client(both, ForwardedBy::forwarded), "1.1.1.1");
}

TEST(Client, AFieldOfAnyLengthIsReadAsFarAsItMatters) {
  std::string many = "203.0.113.9";
  for (int i = 0; i < 5'000; i++) many += ",10.0.0.2";
  EXPECT_EQ(client({{"X-Forwarded-For", many}}), "10.0.0.2");
  Request request;
  request.fields.assign(1000, {"X-Forwarded-For", "10.0.0.2"});
  EXPECT_EQ(forwarded_chain(request, ForwardedBy::x_forwarded_for).size(), longest_chain);
}

TEST(Forwarded, IsReadAsRfc7239WritesIt) {
  const auto only = [](std::string_view field) {
    const Chain chain = read_forwarded(field);
    return chain.size() == 1 ? shown(chain.front()) : std::to_string(chain.size()) + " nodes";
  };
  EXPECT_EQ(only("for=192.0.2.43"), "192.0.2.43");
  EXPECT_EQ(only("For=\"[2001:db8:cafe::17]:4711\""), "2001:db8:cafe::17");
  EXPECT_EQ(only("proto=http; by=203.0.113.43 ;for=192.0.2.60"), "192.0.2.60");
  EXPECT_EQ(only("for=\"192.0.2.4\\3\""), "192.0.2.43");
  EXPECT_EQ(only("host=\"a,b;for=1.1.1.1\";for=192.0.2.60"), "192.0.2.60") << "quotes hide what is in them";
  for (const char* hidden :
       {"for=unknown", "for=_secret", "proto=https", "", ";", "for", "for=", "for=\"", "for=\"\\", "for=\"1.1.1.1",
        "=1.1.1.1", "for=1.1.1.1;", "for=1.1.1.1,", "for=[::1]", "for==1.1.1.1", "for=1.1.1.1 x"})
    EXPECT_EQ(only(hidden), "nobody") << hidden;
  EXPECT_EQ(read_forwarded("for=192.0.2.43, for=\"[2001:db8::1]\";proto=http").size(), 2u);
}

}  // namespace
}  // namespace decima::http
