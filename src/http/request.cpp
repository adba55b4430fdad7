#include "http/request.hpp"

#include <algorithm>

namespace decima::http {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

}  // namespace

std::string_view name(Method method) {
  static constexpr std::string_view names[] = {"GET", "HEAD", "POST", "DELETE", "OPTIONS", "OTHER"};
  return names[static_cast<std::size_t>(method)];
}

bool same_word(std::string_view a, std::string_view b) {
  return a.size() == b.size() &&
         std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) { return lower(x) == lower(y); });
}

bool could_be_host(std::string_view text) {
  return std::ranges::all_of(text, [](char c) {
    constexpr std::string_view marks = "-._~%!$&'()*+,;=:[]";
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || marks.find(c) != marks.npos;
  });
}

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ') || text.starts_with('\t')) text.remove_prefix(1);
  while (text.ends_with(' ') || text.ends_with('\t')) text.remove_suffix(1);
  return text;
}

std::string_view Request::field(std::string_view wanted) const {
  for (const Field& field : fields)
    if (same_word(field.name, wanted)) return field.value;
  return {};
}

std::size_t Request::count(std::string_view wanted) const {
  return static_cast<std::size_t>(
      std::count_if(fields.begin(), fields.end(), [&](const Field& field) { return same_word(field.name, wanted); }));
}

std::string Request::list(std::string_view wanted) const {
  std::string all;
  for (const Field& field : fields) {
    if (!same_word(field.name, wanted)) continue;
    if (!all.empty()) all.append(", ");
    all.append(field.value);
  }
  return all;
}

}  // namespace decima::http
