#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace decima {

/// One row of error.def.
enum class Code : std::uint8_t {
#define ERROR(code, http, retry, exit, sentence) code,
#include "base/error.def"
#undef ERROR
};

/// What a row of error.def says about its code.
struct CodeFacts {
  Code code;
  std::string_view name;  ///< "invalid_argument": stable, in rows and answers
  int http_status;
  bool retryable;  ///< whether the same request may succeed later
  int exit_status;
  std::string_view sentence;
};

const CodeFacts& facts(Code code);
std::span<const CodeFacts> all_codes();
std::optional<Code> code_named(std::string_view name);

/// What went wrong, in general (the code) and here (the detail: a phrase for people, never a secret).
struct Error {
  Code code;
  std::string detail;

  bool retryable() const { return facts(code).retryable; }
  /// "The job failed: digits differ at ..."
  std::string message() const;
};

}  // namespace decima
