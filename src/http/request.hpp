#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace decima::http {

enum class Method : std::uint8_t { get, head, post, delete_, options, other };

std::string_view name(Method method);

struct Field {
  std::string_view name;
  std::string_view value;
};

/// A request as it came, as views into the connection's buffer: valid until its response is sent.
struct Request {
  Method method = Method::other;
  std::string_view method_text;
  std::string_view target;
  unsigned version = 11;  ///< 10 or 11
  std::vector<Field> fields;
  std::string_view body;
  bool keep_alive = false;
  bool has_body = false;

  /// The value of the first field of this name, whatever its case; empty when there is none.
  std::string_view field(std::string_view name) const;
  std::size_t count(std::string_view name) const;
  /// The values of all fields of this name as the one list that they are (RFC 9110, 5.3).
  std::string list(std::string_view name) const;
};

/// Equal but for the case of ASCII letters.
bool same_word(std::string_view a, std::string_view b);
/// Whether the text has only what a host and its port may consist of (RFC 3986, 3.2.2). None at all is a host too.
bool could_be_host(std::string_view text);
/// Without the spaces and tabs around it.
std::string_view trimmed(std::string_view text);

}  // namespace decima::http
