#pragma once
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "http/address.hpp"
#include "http/request.hpp"

namespace decima::http {

/// In which field proxies say for whom they ask. Only one is read: a proxy passes on what it does not write itself, so
/// a client could fill in the other.
enum class ForwardedBy : std::uint8_t {
  x_forwarded_for,
  forwarded,  ///< RFC 7239
};

/// The addresses of a chain of proxies, nearest last, out of fields of any content; nothing where one is hidden or
/// unreadable. At most `longest_chain` of the nearest.
inline constexpr std::size_t longest_chain = 32;
using Chain = std::vector<std::optional<Address>>;
Chain forwarded_chain(const Request& request, ForwardedBy by);

/// The elements of one Forwarded field, by their `for`; a field that is malformed is one that nobody can read.
Chain read_forwarded(std::string_view field);

/// Who asks: the nearest of the chain that is no trusted proxy. As far as the chain is readable: behind an unreadable
/// part it is the proxy that wrote it.
std::optional<Address> client_of(const Request& request, const std::optional<Address>& peer,
                                 const TrustedProxies& trusted, ForwardedBy by);

}  // namespace decima::http
