#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace decima {

/// Canonical decimal only: "0" or digits that do not start with 0, below 2^64. Anything else is nullopt.
std::optional<std::uint64_t> parse_number(std::string_view text);

/// Like parse_number, but tells a canonical number that is merely too large for 64 bits from one that is malformed.
enum class Numeral { canonical, too_large, malformed };
Numeral classify_numeral(std::string_view text);

std::vector<std::string_view> split(std::string_view text, char separator);

/// Lower-case hexadecimal.
std::string to_hex(std::span<const std::uint8_t> bytes);
std::optional<std::vector<std::uint8_t>> from_hex(std::string_view text);
/// As RFC 4648 has it: three bytes are four letters, and what is missing of the last three is shown by '='.
std::string base64(std::span<const std::uint8_t> bytes);

/// `text` as the inside of a JSON string: quotes, backslashes and control characters escaped; a byte that
/// is no part of UTF-8 becomes the sign for an unknown character.
std::string json_escape(std::string_view text);

/// "256MiB", "2g", "1048576" → bytes. Powers of 1024; nullopt when it is not a size.
std::optional<std::uint64_t> parse_bytes(std::string_view text);
/// "1.5 GiB": for people.
std::string show_bytes(std::uint64_t bytes);

/// "1 digit", "7 digits": for people. `thing` is one whose plural has an s.
std::string counted(std::uint64_t count, std::string_view thing);

/// "250ms", "30s", "5m", "24h" → milliseconds; nullopt when it is not a time.
std::optional<std::int64_t> parse_duration_ms(std::string_view text);

}  // namespace decima
