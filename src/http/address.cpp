#include "http/address.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <cstring>
#include <random>

#include "base/text.hpp"
#include "http/request.hpp"

namespace decima::http {
namespace {

constexpr std::array<std::uint8_t, 12> v4_prefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
constexpr std::size_t longest_text = INET6_ADDRSTRLEN - 1;

Address from_v4(const in_addr& v4) {
  Address address;
  std::copy(v4_prefix.begin(), v4_prefix.end(), address.bytes.begin());
  std::memcpy(address.bytes.data() + v4_prefix.size(), &v4, sizeof v4);
  return address;
}

Address from_v6(const in6_addr& v6) {
  Address address;
  std::memcpy(address.bytes.data(), &v6, sizeof v6);
  return address;
}

std::uint64_t mixed(std::uint64_t x) {
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
  x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
  return x ^ (x >> 31);
}

std::uint64_t seed() {
  static const std::uint64_t drawn = [] {
    std::random_device device;
    return (std::uint64_t{device()} << 32) | device();
  }();
  return drawn;
}

}  // namespace

std::optional<Address> Address::parse(std::string_view text) {
  if (text.empty() || text.size() > longest_text || text.find('\0') != std::string_view::npos) return std::nullopt;
  char terminated[longest_text + 1] = "";
  text.copy(terminated, text.size());
  in_addr v4{};
  if (inet_pton(AF_INET, terminated, &v4) == 1) return from_v4(v4);
  in6_addr v6{};
  if (inet_pton(AF_INET6, terminated, &v6) == 1) return from_v6(v6);
  return std::nullopt;
}

std::optional<Address> Address::of(const sockaddr& endpoint) {
  if (endpoint.sa_family == AF_INET) return from_v4(reinterpret_cast<const sockaddr_in&>(endpoint).sin_addr);
  if (endpoint.sa_family == AF_INET6) return from_v6(reinterpret_cast<const sockaddr_in6&>(endpoint).sin6_addr);
  return std::nullopt;
}

bool Address::is_v4() const { return std::equal(v4_prefix.begin(), v4_prefix.end(), bytes.begin()); }

std::string Address::text() const {
  char shown[INET6_ADDRSTRLEN] = "";
  if (is_v4())
    inet_ntop(AF_INET, bytes.data() + v4_prefix.size(), shown, sizeof shown);
  else
    inet_ntop(AF_INET6, bytes.data(), shown, sizeof shown);
  return shown;
}

std::size_t AddressHash::operator()(const Address& address) const {
  std::uint64_t halves[2];
  std::memcpy(halves, address.bytes.data(), sizeof halves);
  return mixed(mixed(halves[0] ^ seed()) ^ halves[1]);
}

Address client_key(const Address& address) {
  Address key = address;
  if (!address.is_v4()) std::fill(key.bytes.begin() + 8, key.bytes.end(), std::uint8_t{0});
  return key;
}

std::optional<Network> Network::parse(std::string_view text) {
  const std::size_t slash = std::min(text.find('/'), text.size());
  const auto base = Address::parse(text.substr(0, slash));
  if (!base) return std::nullopt;
  if (slash == text.size()) return Network{*base, 128};
  const auto bits = parse_number(text.substr(slash + 1));
  const bool v4 = text.substr(0, slash).find(':') == std::string_view::npos;
  if (!bits || *bits > (v4 ? 32u : 128u)) return std::nullopt;
  const Network network{*base, static_cast<unsigned>(*bits) + (v4 ? 96 : 0)};
  // 10.1.2.3/8 is more likely a slip than a wish.
  for (unsigned bit = network.bits; bit < 128; bit++)
    if (base->bytes[bit / 8] & (0x80 >> bit % 8)) return std::nullopt;
  return network;
}

bool Network::holds(const Address& address) const {
  const unsigned whole = bits / 8, rest = bits % 8;
  if (!std::equal(base.bytes.begin(), base.bytes.begin() + whole, address.bytes.begin())) return false;
  const auto mask = static_cast<std::uint8_t>(0xff00 >> rest);
  return rest == 0 || (base.bytes[whole] & mask) == (address.bytes[whole] & mask);
}

Result<TrustedProxies> TrustedProxies::parse(std::string_view text) {
  TrustedProxies trusted;
  if (text == "none") return trusted;
  for (const std::string_view part : split(text, ',')) {
    const std::string_view word = trimmed(part);
    const auto network = Network::parse(word);
    if (network)
      trusted.networks.push_back(*network);
    else if (word == "unix")
      trusted.unix_sockets = true;
    else
      return Error{Code::bad_setting,
                   "\"" + std::string(word) + "\" is no address, network such as 10.0.0.0/8, or unix"};
  }
  return trusted;
}

bool TrustedProxies::trusts(const std::optional<Address>& peer) const {
  if (!peer) return unix_sockets;
  return std::any_of(networks.begin(), networks.end(), [&](const Network& network) { return network.holds(*peer); });
}

}  // namespace decima::http
