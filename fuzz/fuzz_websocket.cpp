// What a client sends over a WebSocket: the same whether it comes at once or byte by byte, and bounded whatever it is.
#include "fuzz.hpp"
#include "http/websocket.hpp"

using decima::fuzz::require;

namespace {

using namespace decima::http::websocket;

struct Seen {
  bool open = true;
  Reader reader;
  std::string ping;
  bool pinged = false;

  explicit Seen(std::string_view bytes, std::size_t piece) {
    for (std::size_t at = 0; at < bytes.size() && open; at += piece) open = reader.feed(bytes.substr(at, piece));
    pinged = reader.take_ping(ping);
  }
};

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes = decima::fuzz::as_text(data, size);
  const Seen whole(bytes, size + 1), pieces(bytes, 1);
  require(whole.open == pieces.open && whole.pinged == pieces.pinged && whole.ping == pieces.ping);
  require(whole.reader.closing() == pieces.reader.closing());
  require(whole.reader.messages() == pieces.reader.messages());
  require(whole.reader.said_goodbye() == pieces.reader.said_goodbye());
  require(whole.ping.size() <= Reader::longest_control);
  require(!whole.reader.said_goodbye() || !whole.open);
  return 0;
}
