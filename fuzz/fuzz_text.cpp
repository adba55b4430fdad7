// Numbers, sizes, times and hexadecimal, as they come from users.
#include <string>

#include "base/text.hpp"
#include "fuzz.hpp"

using decima::fuzz::require;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = decima::fuzz::as_text(data, size);

  const auto number = decima::parse_number(text);
  require(!number || std::to_string(*number) == text);  // one text for each number, or URLs would not be unique
  require(number.has_value() == (decima::classify_numeral(text) == decima::Numeral::canonical));

  if (const auto bytes = decima::from_hex(text)) require(decima::to_hex(*bytes).size() == text.size());
  decima::parse_bytes(text);
  decima::parse_duration_ms(text);

  const std::string escaped = decima::json_escape(text);
  for (const char c : escaped) require(static_cast<unsigned char>(c) >= 0x20);

  std::size_t length = 0;
  const auto pieces = decima::split(text, '-');
  for (const std::string_view piece : pieces) length += piece.size();
  require(length + pieces.size() - 1 == text.size());
  return 0;
}
