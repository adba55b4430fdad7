#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace decima::http {

/// Bytes of base64url without padding (RFC 4648, 5), in its one canonical form; nothing for any other text.
std::optional<std::string> from_base64url(std::string_view text);

}  // namespace decima::http
