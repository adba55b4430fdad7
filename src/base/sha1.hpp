#pragma once
#include <array>
#include <cstdint>
#include <string_view>

namespace decima {

/// For protocols that ask for it (a WebSocket's handshake), never to protect anything.
std::array<std::uint8_t, 20> sha1(std::string_view bytes);

}  // namespace decima
