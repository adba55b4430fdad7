// What requests say in their fields and bodies: ranges, tags, codings, waits, traces, JSON.
#include "fuzz.hpp"
#include "http/json_body.hpp"
#include "http/negotiation.hpp"
#include "http/range.hpp"
#include "http/tracing.hpp"

using decima::fuzz::require;

namespace {

using namespace decima::http;

constexpr std::uint64_t size_of_text = 1'000;

/// Ranges that are answered lie in the text, in order, and do not touch.
void read_as_ranges(std::string_view text) {
  const auto ranges = read_ranges(text, size_of_text);
  if (!ranges) return;
  std::uint64_t end = 0;
  for (std::size_t i = 0; i < ranges->size(); i++) {
    const ByteRange& range = (*ranges)[i];
    require(range.count > 0 && range.first + range.count <= size_of_text);
    require(i == 0 || range.first > end);
    end = range.first + range.count;
  }
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = decima::fuzz::as_text(data, size);
  read_as_ranges(text);
  accepts_gzip(text);
  const Limits limits;
  const auto wait = preferred_wait(text, limits.wait_time);
  require(wait >= wait.zero() && wait <= limits.wait_time);
  Request request;
  request.fields = {{"traceparent", text}, {"X-Request-Id", text}, {"If-Match", text}, {"If-None-Match", text}};
  request.body = text;
  const std::string_view trace = traceparent(request);
  require(trace.empty() || trace == text);
  require(!request_id(request).empty());
  // Whatever the first takes, the second does too.
  require(text.empty() || precondition(request, "\"a\"") != Precondition::holds);
  if (const auto body = json_body(request, limits)) json_number(*body);
  return 0;
}
