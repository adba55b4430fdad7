#pragma once
#include <cstdint>
#include <string>
#include <string_view>

/// WebSocket frames (RFC 6455, section 5), as a server sends and reads them. No extension is spoken.
namespace decima::http::websocket {

enum class Opcode : std::uint8_t { continuation = 0, text = 1, binary = 2, close = 8, ping = 9, pong = 10 };

/// Why a connection is closed (7.4.1).
enum class Close : std::uint16_t { normal = 1000, going_away = 1001, protocol_error = 1002, too_big = 1009 };

/// A whole message in one frame.
std::string frame(Opcode opcode, std::string_view payload);
std::string close_frame(Close code);

/// Reads what a client sends, in pieces of any length. What it says in messages is of no meaning here: its frames are
/// checked and its bytes forgotten. Control frames are kept, of several only the last, so that memory is bounded
/// whatever comes.
class Reader {
 public:
  /// A message may have so many bytes in all its frames.
  static constexpr std::uint64_t longest_message = 64 << 10;
  static constexpr std::size_t longest_control = 125;

  /// Takes all of `bytes`. False from the first on that ends the conversation: a close frame, or what is no frame.
  bool feed(std::string_view bytes);

  /// How to close, once feed() was false: with what the client said itself if that makes sense, else with what is
  /// wrong.
  Close closing() const { return closing_; }
  /// The client has said goodbye, as it should, and hears nothing but our own.
  bool said_goodbye() const { return said_goodbye_; }

  /// The latest ping, which is to be answered with its payload; true once for each that is to be answered.
  bool take_ping(std::string& payload);
  std::uint64_t messages() const { return messages_; }

 private:
  bool feed_head(char byte);
  bool begin_frame();
  bool end_frame();
  bool broken(Close why);
  std::size_t head_size() const;
  std::uint64_t announced() const;
  Opcode opcode() const { return static_cast<Opcode>(head_[0] & 0x0f); }
  bool control() const { return (head_[0] & 0x08) != 0; }
  bool final() const { return (head_[0] & 0x80) != 0; }

  std::uint8_t head_[14] = {};  // of the present frame: two bytes, a longer length, the mask
  std::size_t head_read_ = 0;
  std::uint64_t left_ = 0;       // of its payload
  std::uint64_t at_ = 0;         // bytes of its payload read
  std::uint64_t message_ = 0;    // bytes of the present message in all its frames
  bool within_message_ = false;  // its last frame has not begun yet
  bool in_payload_ = false;
  bool over_ = false;
  std::string control_;  // the payload of the present control frame
  std::string ping_;
  bool pinged_ = false;
  bool said_goodbye_ = false;
  std::uint64_t messages_ = 0;
  Close closing_ = Close::normal;
};

}  // namespace decima::http::websocket
