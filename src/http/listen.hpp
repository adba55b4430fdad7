#pragma once
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "http/asio.hpp"

namespace decima::http {

/// Opens a listening socket on HOST:PORT, [IPV6]:PORT or unix:PATH. The error names the address.
Result<Acceptor> listen_on(const Executor& executor, const std::string& address);

/// "127.0.0.1:8080", "[::1]:8080" or "unix:/run/decima.sock", as it was given or chosen by the system.
std::string show(const Protocol::endpoint& endpoint);
/// 0 for a Unix socket.
std::uint16_t port_of(const Protocol::endpoint& endpoint);

}  // namespace decima::http
