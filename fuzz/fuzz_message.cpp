// Messages from a queue that others can write to, and identities from URLs.
#include "core/identity.hpp"
#include "core/request.hpp"
#include "fuzz.hpp"

using decima::fuzz::require;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = decima::fuzz::as_text(data, size);

  if (const auto identity = decima::core::read_message(text)) {
    const auto again = decima::core::read_message(decima::core::names(*identity).message);
    require(again && *again == *identity);
  }
  if (const auto identity = decima::core::Identity::parse(text)) {
    require(identity->text() == text);
    const decima::core::Budgets small{.memory_bytes = 64 << 20, .result_bytes = 1 << 20, .threads = 1};
    const auto request = decima::core::make_request(*identity, small);
    require(!request || request->estimate.bytes <= small.memory_bytes);
  }
  return 0;
}
