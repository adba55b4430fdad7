#include "http/websocket.hpp"

#include <algorithm>

namespace decima::http::websocket {
namespace {

constexpr std::uint8_t final_bit = 0x80, reserved_bits = 0x70, mask_bit = 0x80;
constexpr std::uint8_t length_in_two = 126, length_in_eight = 127;

void append_big_endian(std::string& out, std::uint64_t value, int bytes) {
  for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) out.push_back(static_cast<char>(value >> shift));
}

bool known(Opcode opcode) { return opcode <= Opcode::binary || (opcode >= Opcode::close && opcode <= Opcode::pong); }

/// Which codes may be sent (7.4.2); the others are for what no frame says.
bool may_be_said(unsigned code) {
  return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) || (code >= 3000 && code <= 4999);
}

}  // namespace

std::string frame(Opcode opcode, std::string_view payload) {
  std::string out;
  out.push_back(static_cast<char>(final_bit | static_cast<std::uint8_t>(opcode)));
  if (payload.size() < length_in_two) {
    out.push_back(static_cast<char>(payload.size()));
  } else if (payload.size() <= 0xffff) {
    out.push_back(static_cast<char>(length_in_two));
    append_big_endian(out, payload.size(), 2);
  } else {
    out.push_back(static_cast<char>(length_in_eight));
    append_big_endian(out, payload.size(), 8);
  }
  return out.append(payload);
}

std::string close_frame(Close code) {
  std::string payload;
  append_big_endian(payload, static_cast<std::uint16_t>(code), 2);
  return frame(Opcode::close, payload);
}

bool Reader::broken(Close why) {
  closing_ = why;
  over_ = true;
  return false;
}

std::size_t Reader::head_size() const {
  if (head_read_ < 2) return 2;
  const std::uint8_t length = head_[1] & 0x7f;
  return 2 + (length == length_in_two ? 2 : length == length_in_eight ? 8 : 0) + 4;
}

std::uint64_t Reader::announced() const {
  const std::uint8_t length = head_[1] & 0x7f;
  if (length < length_in_two) return length;
  std::uint64_t value = 0;
  for (std::size_t i = 2; i < head_size() - 4; i++) value = value << 8 | head_[i];
  return value;
}

/// What the first two bytes of a frame and its length may not say.
bool Reader::begin_frame() {
  const std::uint8_t length = head_[1] & 0x7f;
  left_ = announced();
  at_ = 0;
  const bool longer_than_need_be =
      (length == length_in_two && left_ < length_in_two) || (length == length_in_eight && left_ <= 0xffff);
  if (longer_than_need_be) return broken(Close::protocol_error);
  if (control()) {
    control_.clear();
    in_payload_ = true;
    return true;
  }
  if ((opcode() == Opcode::continuation) != within_message_) return broken(Close::protocol_error);
  if (!within_message_) message_ = 0;
  // Compared so that no sum can overflow.
  if (left_ > longest_message - message_) return broken(Close::too_big);
  message_ += left_;
  within_message_ = !final();
  in_payload_ = true;
  return true;
}

bool Reader::feed_head(char byte) {
  head_[head_read_++] = static_cast<std::uint8_t>(byte);
  if (head_read_ == 2) {
    const bool masked = (head_[1] & mask_bit) != 0;
    const bool bad_control = control() && (!final() || (head_[1] & 0x7f) > longest_control);
    if (!masked || (head_[0] & reserved_bits) != 0 || !known(opcode()) || bad_control)
      return broken(Close::protocol_error);
  }
  return head_read_ < head_size() || begin_frame();
}

bool Reader::end_frame() {
  head_read_ = 0;
  in_payload_ = false;
  if (!control()) {
    messages_ += final();
    return true;
  }
  if (opcode() == Opcode::ping) {
    ping_ = control_;
    pinged_ = true;
  }
  if (opcode() != Opcode::close) return true;
  if (control_.size() == 1) return broken(Close::protocol_error);
  unsigned code = static_cast<unsigned>(Close::normal);
  if (!control_.empty())
    code = static_cast<unsigned>(static_cast<std::uint8_t>(control_[0])) << 8 | static_cast<std::uint8_t>(control_[1]);
  if (!may_be_said(code)) return broken(Close::protocol_error);
  said_goodbye_ = true;
  return broken(static_cast<Close>(code));
}

bool Reader::feed(std::string_view bytes) {
  while (!over_ && (!bytes.empty() || (in_payload_ && left_ == 0))) {
    if (!in_payload_) {
      feed_head(bytes.front());
      bytes.remove_prefix(1);
      continue;
    }
    const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(left_, bytes.size()));
    if (control()) {
      const std::uint8_t* mask = head_ + head_size() - 4;
      for (std::size_t i = 0; i < count; i++)
        control_.push_back(static_cast<char>(static_cast<std::uint8_t>(bytes[i]) ^ mask[(at_ + i) % 4]));
    }
    bytes.remove_prefix(count);
    at_ += count;
    left_ -= count;
    if (left_ == 0) end_frame();
  }
  return !over_;
}

bool Reader::take_ping(std::string& payload) {
  if (!pinged_) return false;
  pinged_ = false;
  payload = std::move(ping_);
  ping_.clear();
  return true;
}

}  // namespace decima::http::websocket
