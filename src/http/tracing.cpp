#include "http/tracing.hpp"

#include <algorithm>
#include <cstdint>
#include <random>

namespace decima::http {
namespace {

constexpr std::size_t longest_request_id = 128;

bool is_graphic(char c) { return c > ' ' && c <= '~'; }
bool is_lower_hex(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); }

/// Sixteen hexadecimal digits: unique enough to find a request in the logs, and cheap.
std::string fresh_id() {
  thread_local std::mt19937_64 random{std::random_device{}()};
  constexpr char digits[] = "0123456789abcdef";
  std::string id(16, '0');
  std::uint64_t bits = random();
  for (char& c : id) {
    c = digits[bits & 15];
    bits >>= 4;
  }
  return id;
}

/// `text` is lower-case hexadecimal and not all zeros.
bool is_trace_part(std::string_view text) {
  return std::all_of(text.begin(), text.end(), is_lower_hex) && text.find_first_not_of('0') != std::string_view::npos;
}

}  // namespace

std::string request_id(const Request& request) {
  const std::string_view given = request.field("X-Request-Id");
  if (given.empty() || given.size() > longest_request_id || !std::all_of(given.begin(), given.end(), is_graphic))
    return fresh_id();
  return std::string(given);
}

// 00-<32 digits of trace>-<16 digits of span>-<2 digits of flags>
std::string_view traceparent(const Request& request) {
  const std::string_view text = request.field("traceparent");
  const bool valid = text.size() == 55 && text.starts_with("00-") && text[35] == '-' && text[52] == '-' &&
                     is_trace_part(text.substr(3, 32)) && is_trace_part(text.substr(36, 16)) &&
                     is_lower_hex(text[53]) && is_lower_hex(text[54]);
  return valid ? text : std::string_view();
}

}  // namespace decima::http
