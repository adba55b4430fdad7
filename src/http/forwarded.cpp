#include "http/forwarded.hpp"

#include <algorithm>
#include <string>

#include "base/text.hpp"

namespace decima::http {
namespace {

bool is_token(char c) {
  constexpr std::string_view others = "!#$%&'*+-.^_`|~";
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         others.find(c) != std::string_view::npos;
}

bool is_port(std::string_view text) {
  return text.size() <= 6 && text.starts_with(':') && parse_number(text.substr(1));
}

/// "192.0.2.1", "192.0.2.1:80", "2001:db8::1", "[2001:db8::1]:80"; proxies write them all.
std::optional<Address> read_node(std::string_view text) {
  if (text.starts_with('[')) {
    const std::size_t end = text.find(']');
    if (end == std::string_view::npos) return std::nullopt;
    const std::string_view rest = text.substr(end + 1);
    if (!rest.empty() && !is_port(rest)) return std::nullopt;
    return Address::parse(text.substr(1, end - 1));
  }
  const std::size_t colon = text.find(':');
  const bool with_port = colon != std::string_view::npos && text.find(':', colon + 1) == std::string_view::npos;
  if (!with_port) return Address::parse(text);
  return is_port(text.substr(colon)) ? Address::parse(text.substr(0, colon)) : std::nullopt;
}

/// Reads name=value pairs as RFC 7239 has them.
class ForwardedReader {
 public:
  explicit ForwardedReader(std::string_view text) : text_(text) {}

  /// False when the field is malformed.
  bool read(Chain& chain) {
    do {
      std::optional<Address> node;
      do {
        if (!pair(node)) return false;
      } while (take(';'));
      chain.push_back(node);
    } while (take(','));
    return text_.empty();
  }

 private:
  bool pair(std::optional<Address>& node) {
    blanks();
    const std::string_view name = token();
    if (name.empty() || !text_.starts_with('=')) return false;
    text_.remove_prefix(1);
    std::string value;
    if (!(text_.starts_with('"') ? quoted(value) : plain(value))) return false;
    if (same_word(name, "for")) node = read_node(value);
    blanks();
    return true;
  }

  bool plain(std::string& value) {
    value = token();
    return !value.empty();
  }

  bool quoted(std::string& value) {
    for (text_.remove_prefix(1); !text_.empty(); text_.remove_prefix(1)) {
      if (text_.front() == '"') {
        text_.remove_prefix(1);
        return true;
      }
      if (text_.front() == '\\') text_.remove_prefix(1);
      if (!text_.empty()) value.push_back(text_.front());
      if (text_.empty()) return false;
    }
    return false;
  }

  std::string_view token() {
    const auto end = std::find_if_not(text_.begin(), text_.end(), is_token);
    const std::string_view found = text_.substr(0, static_cast<std::size_t>(end - text_.begin()));
    text_.remove_prefix(found.size());
    return found;
  }

  bool take(char wanted) {
    if (!text_.starts_with(wanted)) return false;
    text_.remove_prefix(1);
    return true;
  }

  void blanks() { text_ = trimmed(text_); }

  std::string_view text_;
};

Chain read_x_forwarded_for(std::string_view field) {
  Chain chain;
  for (const std::string_view part : split(field, ',')) chain.push_back(read_node(trimmed(part)));
  return chain;
}

}  // namespace

Chain read_forwarded(std::string_view field) {
  Chain chain;
  if (!ForwardedReader(field).read(chain)) return {std::nullopt};
  return chain;
}

Chain forwarded_chain(const Request& request, ForwardedBy by) {
  const std::string_view name = by == ForwardedBy::forwarded ? "Forwarded" : "X-Forwarded-For";
  Chain chain;
  for (const Field& field : request.fields) {
    if (!same_word(field.name, name)) continue;
    const Chain part = by == ForwardedBy::forwarded ? read_forwarded(field.value) : read_x_forwarded_for(field.value);
    chain.insert(chain.end(), part.begin(), part.end());
    if (chain.size() > longest_chain) chain.erase(chain.begin(), chain.end() - longest_chain);
  }
  return chain;
}

std::optional<Address> client_of(const Request& request, const std::optional<Address>& peer,
                                 const TrustedProxies& trusted, ForwardedBy by) {
  if (!trusted.trusts(peer)) return peer;
  std::optional<Address> client = peer;
  const Chain chain = forwarded_chain(request, by);
  for (auto node = chain.rbegin(); node != chain.rend() && *node; ++node) {
    client = *node;
    if (!trusted.trusts(client)) break;
  }
  return client;
}

}  // namespace decima::http
