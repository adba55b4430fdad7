#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "http/request.hpp"

/// How a job's events are written: as server-sent events, or as messages of a WebSocket (websocket.hpp).
namespace decima::http {

/// Silence is broken after so long, so that both ends, and what is between them, notice when the other is gone.
inline constexpr Duration heartbeat{15'000};

/// The event of this number. The first says how soon to come back when the connection is lost.
std::string server_sent(std::uint64_t number, std::string_view json);
/// What readers skip.
inline constexpr std::string_view server_sent_heartbeat = ": still here\n\n";

/// Whether a request wants to go on as a WebSocket.
bool wants_websocket(const Request& request);
/// Checks its handshake (RFC 6455, 4.2.1), and that it comes from a page of this very origin, if it comes from a page:
/// browsers let any page open a WebSocket to anywhere. Answers with the value of Sec-WebSocket-Accept.
Result<std::string> accept_websocket(const Request& request);

}  // namespace decima::http
