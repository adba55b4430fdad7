#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

struct sockaddr;

namespace decima::http {

/// An IPv4 or IPv6 address; the former as ::ffff:a.b.c.d, so that one client has one address however it came.
struct Address {
  std::array<std::uint8_t, 16> bytes{};

  /// "192.0.2.1" or "2001:db8::1", without brackets, port or zone.
  static std::optional<Address> parse(std::string_view text);
  /// Nothing for a Unix socket.
  static std::optional<Address> of(const sockaddr& endpoint);

  bool is_v4() const;
  std::string text() const;
  auto operator<=>(const Address&) const = default;
};

/// For hash tables. Clients choose their IPv6 addresses, and must not be able to choose where they lie in a table; so
/// it differs from process to process.
struct AddressHash {
  std::size_t operator()(const Address& address) const;
};

/// Whom limits for one client count as one: the address, or for IPv6 its /64, which is what one customer has.
Address client_key(const Address& address);

/// Addresses that begin alike: "10.0.0.0/8", "2001:db8::/32", or one address.
struct Network {
  Address base;
  unsigned bits = 128;

  static std::optional<Network> parse(std::string_view text);
  bool holds(const Address& address) const;
};

/// Those that are trusted to say for whom they ask.
struct TrustedProxies {
  std::vector<Network> networks;
  bool unix_sockets = false;

  /// Networks separated by commas, and the word unix for clients on Unix sockets; or none.
  static Result<TrustedProxies> parse(std::string_view text);
  bool trusts(const std::optional<Address>& peer) const;
};

}  // namespace decima::http
