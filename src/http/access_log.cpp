#include "http/access_log.hpp"

#include <string>

#include "base/log.hpp"

namespace decima::http {
namespace {

constexpr std::size_t longest_shown_target = 200;

log::Level level_of(int status) {
  if (status == 503) return log::Level::warn;  // passes by itself
  return status >= 500 ? log::Level::error : log::Level::info;
}

/// The target as far as it fits a line of log; a byte that JSON does not take as it is becomes a question mark.
std::string shown(std::string_view target) {
  std::string text(target.substr(0, longest_shown_target));
  for (char& c : text)
    if (c < ' ' || c > '~') c = '?';
  return text;
}

}  // namespace

bool AccessLog::admits() {
  const auto now = std::chrono::steady_clock::now();
  if (now - second_ >= std::chrono::seconds(1)) {
    second_ = now;
    written_ = 0;
  }
  return written_ < lines_per_second_;
}

void AccessLog::write(const Line& line) {
  const log::Level level = level_of(line.status);
  if (!log::enabled(level)) return;
  if (level != log::Level::error && !admits()) {
    left_out_++;
    return;
  }
  written_++;
  const std::string target = shown(line.target);
  if (line.cause)
    log::write(level, "http.request",
               {{"request_id", line.request_id},
                {"client", line.client},
                {"caller", line.caller},
                {"method", line.method},
                {"target", target},
                {"status", line.status},
                {"bytes", line.bytes},
                {"seconds", line.seconds},
                {"left_out_before", left_out_},
                {"error", facts(line.cause->code).name},
                {"detail", line.cause->detail}});
  else
    log::write(level, "http.request",
               {{"request_id", line.request_id},
                {"client", line.client},
                {"caller", line.caller},
                {"method", line.method},
                {"target", target},
                {"status", line.status},
                {"bytes", line.bytes},
                {"seconds", line.seconds},
                {"left_out_before", left_out_}});
  left_out_ = 0;
}

}  // namespace decima::http
