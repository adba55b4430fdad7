#include "core/identity.hpp"

#include "base/text.hpp"
#include "kinds/registry.hpp"

namespace decima::core {
namespace {

/// Longer than any identity a kind can give (a 32-letter name and eight 20-digit arguments), shorter than any column.
constexpr std::size_t longest_identity = 200;

bool is_kind_name(std::string_view text) {
  const auto lower = [](char c) { return c >= 'a' && c <= 'z'; };
  if (text.empty() || !lower(text[0])) return false;
  for (const char c : text)
    if (!lower(c) && !(c >= '0' && c <= '9') && c != '_') return false;
  return true;
}

/// The folder of a kind's blobs; a kind this program does not know keeps its own name as the folder.
std::string_view folder(std::string_view kind) {
  const kinds::Kind* known = kinds::find(kind);
  return known ? known->plural : kind;
}

/// factorial-1000 → 1000, power-2-64 → 2-64.
std::string_view argument_text(const Identity& identity) {
  return std::string_view(identity.text()).substr(identity.kind().size() + 1);
}

}  // namespace

Result<Identity> Identity::parse(std::string_view text) {
  const Error malformed{Code::invalid_request,
                        "a job is named by its kind and its arguments in canonical decimal, like factorial-1000"};
  if (text.size() > longest_identity) return malformed;
  const auto parts = split(text, '-');
  if (parts.size() < 2 || !is_kind_name(parts[0])) return malformed;
  for (std::size_t i = 1; i < parts.size(); i++)
    if (classify_numeral(parts[i]) == Numeral::malformed) return malformed;
  return Identity(std::string(text));
}

Identity Identity::of(std::string_view kind, const std::vector<std::uint64_t>& arguments) {
  std::string text(kind);
  for (const std::uint64_t argument : arguments) text.append("-").append(std::to_string(argument));
  return Identity(std::move(text));
}

Identity Identity::canonical() const {
  const kinds::Kind* known = kinds::find(kind());
  if (!known || !known->canonicalise) return *this;
  std::vector<std::uint64_t> numbers;
  for (const std::string_view argument : arguments())
    if (const auto number = parse_number(argument)) numbers.push_back(*number);
  if (numbers.size() != known->parameters.size()) return *this;
  known->canonicalise(numbers);
  return of(kind(), numbers);
}

std::string_view Identity::kind() const { return std::string_view(text_).substr(0, text_.find('-')); }

std::vector<std::string_view> Identity::arguments() const {
  auto parts = split(text_, '-');
  parts.erase(parts.begin());
  return parts;
}

Names names(const Identity& identity) {
  const std::string kind(identity.kind());
  const std::string arguments(argument_text(identity));
  Names result;
  result.message =
      kind == "factorial" ? R"({"number":")" + arguments + R"("})" : R"({"job":")" + identity.text() + R"("})";
  result.cache_key = kind + ":" + arguments;
  result.blob_key = std::string(folder(kind)) + "/" + arguments + ".txt";
  return result;
}

std::string staging_key(const Identity& identity, std::uint64_t fence) {
  return std::string(staging_prefix) + identity.text() + "/" + std::to_string(fence);
}

}  // namespace decima::core
