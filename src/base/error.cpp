#include "base/error.hpp"

namespace decima {
namespace {

constexpr bool yes = true;
constexpr bool no = false;

constexpr CodeFacts table[] = {
#define ERROR(code, http, retry, exit, sentence) {Code::code, #code, http, retry, exit, sentence},
#include "base/error.def"
#undef ERROR
};

}  // namespace

const CodeFacts& facts(Code code) { return table[static_cast<std::size_t>(code)]; }

std::span<const CodeFacts> all_codes() { return table; }

std::optional<Code> code_named(std::string_view name) {
  for (const CodeFacts& row : table)
    if (row.name == name) return row.code;
  return std::nullopt;
}

std::string Error::message() const {
  std::string text(facts(code).sentence);
  if (!detail.empty()) text.append(": ").append(detail);
  return text;
}

}  // namespace decima
