#include "http/websocket.hpp"

#include <gtest/gtest.h>

#include "http/events.hpp"

namespace decima::http::websocket {
namespace {

/// A frame as a client sends it.
std::string masked(unsigned first, std::string_view payload, const std::string& mask = "mask") {
  std::string out(1, static_cast<char>(first));
  if (payload.size() < 126) {
    out.push_back(static_cast<char>(0x80 | payload.size()));
  } else if (payload.size() <= 0xffff) {
    out.append(
        {static_cast<char>(0x80 | 126), static_cast<char>(payload.size() >> 8), static_cast<char>(payload.size())});
  } else {
    out.push_back(static_cast<char>(0x80 | 127));
    for (int shift = 56; shift >= 0; shift -= 8) out.push_back(static_cast<char>(payload.size() >> shift));
  }
  out += mask;
  for (std::size_t i = 0; i < payload.size(); i++) out.push_back(static_cast<char>(payload[i] ^ mask[i % 4]));
  return out;
}

bool feed_in_pieces(Reader& reader, std::string_view bytes, std::size_t piece) {
  for (; !bytes.empty(); bytes.remove_prefix(std::min(piece, bytes.size())))
    if (!reader.feed(bytes.substr(0, piece))) return false;
  return true;
}

TEST(WebSocketFrames, AreWrittenInTheirShortestForm) {
  EXPECT_EQ(frame(Opcode::text, "hi"), std::string("\x81\x02hi"));
  EXPECT_EQ(frame(Opcode::text, std::string(126, 'x')).substr(0, 4), std::string("\x81\x7e\x00\x7e", 4));
  EXPECT_EQ(frame(Opcode::binary, std::string(0x10000, 'x')).substr(0, 10),
            std::string("\x82\x7f\x00\x00\x00\x00\x00\x01\x00\x00", 10));
  EXPECT_EQ(close_frame(Close::normal), std::string("\x88\x02\x03\xe8"));
}

TEST(WebSocketReader, SeesTheSameInPiecesOfAnyLength) {
  const std::string bytes = masked(0x01, "begin") + masked(0x89, "are you there") + masked(0x00, "") +
                            masked(0x80, std::string(300, 'x')) + masked(0x82, std::string(60'000, 'y')) +
                            masked(0x8a, "") + masked(0x88, "\x03\xe9gone");
  for (std::size_t piece = 1; piece <= bytes.size(); piece = piece < 400 ? piece + 1 : piece * 2) {
    Reader reader;
    EXPECT_FALSE(feed_in_pieces(reader, bytes, piece)) << piece;
    EXPECT_TRUE(reader.said_goodbye());
    EXPECT_EQ(reader.closing(), Close::going_away);
    EXPECT_EQ(reader.messages(), 2u);
    std::string payload;
    EXPECT_TRUE(reader.take_ping(payload));
    EXPECT_EQ(payload, "are you there");
    EXPECT_FALSE(reader.take_ping(payload)) << "each is answered once";
  }
}

TEST(WebSocketReader, EndsAtWhatIsNoFrame) {
  const std::pair<std::string, Close> cases[] = {
      {std::string("\x81\x02hi", 4), Close::protocol_error},  // not masked
      {masked(0xc1, "hi"), Close::protocol_error},            // a reserved bit
      {masked(0x83, "hi"), Close::protocol_error},            // an opcode nobody knows
      {masked(0x8b, "hi"), Close::protocol_error},
      {masked(0x80, "hi"), Close::protocol_error},                       // goes on with nothing
      {masked(0x01, "hi") + masked(0x81, "hi"), Close::protocol_error},  // begins in the middle of another
      {masked(0x09, "hi"), Close::protocol_error},                       // a control frame in pieces
      {masked(0x89, std::string(126, 'x')), Close::protocol_error},      // a long one
      {std::string("\x81\xfe\x00\x05mask", 8), Close::protocol_error},   // a length longer than need be
      {std::string("\x81\xff\x00\x00\x00\x00\x00\x00\xff\xffmask", 14), Close::protocol_error},
      {std::string("\x81\xff\xff\xff\xff\xff\xff\xff\xff\xffmask", 14), Close::too_big},
      {masked(0x82, std::string(Reader::longest_message + 1, 'x')), Close::too_big},
      {masked(0x02, std::string(Reader::longest_message, 'x')) + masked(0x80, "y"), Close::too_big},
      {masked(0x88, "x"), Close::protocol_error},         // half a code
      {masked(0x88, "\x03\xed"), Close::protocol_error},  // 1005, which is never said
      {masked(0x88, std::string("\x00\x01", 2)), Close::protocol_error},
  };
  for (const auto& [bytes, why] : cases) {
    for (const std::size_t piece : {std::size_t{1}, bytes.size()}) {
      Reader reader;
      EXPECT_FALSE(feed_in_pieces(reader, bytes, piece)) << testing::PrintToString(bytes.substr(0, 20));
      EXPECT_EQ(reader.closing(), why) << testing::PrintToString(bytes.substr(0, 20));
      EXPECT_FALSE(reader.said_goodbye());
      EXPECT_FALSE(reader.feed("more")) << "what is over stays over";
    }
  }
}

TEST(WebSocketReader, AGoodbyeWithoutACodeIsANormalOne) {
  Reader reader;
  EXPECT_FALSE(reader.feed(masked(0x88, "")));
  EXPECT_TRUE(reader.said_goodbye());
  EXPECT_EQ(reader.closing(), Close::normal);
}

TEST(WebSocketHandshake, IsAnsweredAsTheStandardsOwnExample) {
  Request request;
  request.method = Method::get;
  request.fields = {{"Host", "decima.test:8080"},          {"Upgrade", "WebSocket"},
                    {"Connection", "keep-alive, Upgrade"}, {"Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="},
                    {"Sec-WebSocket-Version", "13"},       {"Origin", "http://Decima.test:8080"}};
  ASSERT_TRUE(wants_websocket(request));
  const auto accepted = accept_websocket(request);
  ASSERT_TRUE(accepted) << accepted.error().message();
  EXPECT_EQ(*accepted, "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");

  const auto with = [&](std::size_t field, std::string_view value) {
    Request changed = request;
    changed.fields[field].value = value;
    const auto outcome = accept_websocket(changed);
    return outcome ? std::string_view("accepted") : facts(outcome.error().code).name;
  };
  EXPECT_EQ(with(2, "close"), "invalid_request");
  for (const char* key : {"", "dGhlIHNhbXBsZSBub25jZQ", "dGhlIHNhbXBsZSBub25jZR==", "dGhlIHNhbXBsZSBub25jZQ=!"})
    EXPECT_EQ(with(3, key), "invalid_request") << key;
  EXPECT_EQ(with(4, "8"), "upgrade_required");
  for (const char* origin : {"http://evil.test", "null", "https://decima.test", "decima.test:8080"})
    EXPECT_EQ(with(5, origin), "forbidden") << origin;
  EXPECT_EQ(with(5, ""), "accepted") << "no browser, no page";
}

}  // namespace
}  // namespace decima::http::websocket
