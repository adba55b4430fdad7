// A job's events: its present state, then what changes, until it is finished.
#include "http/events.hpp"

#include <algorithm>
#include <span>

#include "base/sha1.hpp"
#include "base/text.hpp"
#include "http/handlers.hpp"
#include "http/job_lookup.hpp"

namespace decima::http {
namespace {

/// What a client waits before it comes back, in milliseconds.
constexpr std::string_view come_back = "retry: 2000\n";

bool lists(std::string_view field, std::string_view word) {
  return std::ranges::any_of(split(field, ','), [&](std::string_view part) { return same_word(trimmed(part), word); });
}

/// 16 bytes in base64: 22 letters of which the last has four empty bits, and two signs for what is missing.
bool is_key(std::string_view key) {
  constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  return key.size() == 24 && key.ends_with("==") && key.find_first_not_of(letters) == 22 &&
         std::string_view("AQgw").find(key[21]) != std::string_view::npos;
}

Response event_stream() {
  Response response = Response::plain(200, "text/event-stream", {});
  response.field("Cache-Control", "no-store");
  response.field("X-Accel-Buffering", "no");  // a proxy that gathers events would keep them from arriving
  return response;
}

Response switching(const std::string& accept) {
  Response response;
  response.status = 101;
  response.field("Connection", "Upgrade");
  response.field("Upgrade", "websocket");
  response.field("Sec-WebSocket-Accept", accept);
  return response;
}

Response refuse_websocket(const Call& call, const Error& error) {
  Response response = call.refuse(error);
  if (response.status == 426) {
    response.field("Upgrade", "websocket");
    response.field("Sec-WebSocket-Version", "13");
  }
  return response;
}

}  // namespace

std::string server_sent(std::uint64_t number, std::string_view json) {
  std::string event(number == 1 ? come_back : "");
  event.append("id: ").append(std::to_string(number)).append("\ndata: ").append(json).append("\n\n");
  return event;
}

bool wants_websocket(const Request& request) {
  return request.method == Method::get && request.version == 11 && lists(request.list("Upgrade"), "websocket");
}

Result<std::string> accept_websocket(const Request& request) {
  constexpr std::string_view magic = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  if (!lists(request.list("Connection"), "upgrade"))
    return Error{Code::invalid_request, "an upgrade to a WebSocket is asked for with Connection: Upgrade"};
  if (request.field("Sec-WebSocket-Version") != "13")
    return Error{Code::upgrade_required, "version 13 of the WebSocket protocol is spoken here"};
  const std::string key(request.field("Sec-WebSocket-Key"));
  if (request.count("Sec-WebSocket-Key") != 1 || !is_key(key))
    return Error{Code::invalid_request, "Sec-WebSocket-Key is 16 bytes in base64"};
  return base64(sha1(key + std::string(magic)));
}

Answer get_job_events(const Call& call) {
  auto identity = named_job(call);
  if (!identity) return call.refuse(identity.error());
  if (call.request.version < 11) return call.refuse({Code::invalid_request, "events need HTTP/1.1"});
  std::string accept;
  if (wants_websocket(call.request)) {
    auto accepted = accept_websocket(call.request);
    if (!accepted) return refuse_websocket(call, accepted.error());
    accept = std::move(*accepted);
  }
  return Work{[&call, identity = std::move(*identity), accept] {
    const auto job = find_job(call, identity);
    if (!job) return call.refuse(job.error());
    Response response = accept.empty() ? event_stream() : switching(accept);
    response.follows = identity;
    return response;
  }};
}

}  // namespace decima::http
