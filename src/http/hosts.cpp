#include "http/hosts.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "http/address.hpp"
#include "http/request.hpp"

namespace decima::http {
namespace {

constexpr std::string_view this_machine = "localhost", within_it = ".localhost";

/// The host of a Host field, without its port and the brackets of an IPv6 address, and without the dot that may end a
/// name.
std::string_view without_port(std::string_view field) {
  if (field.starts_with('[')) return field.substr(1, std::min(field.find(']'), field.size()) - 1);
  std::string_view host = field.substr(0, field.find(':'));
  if (host.ends_with('.')) host.remove_suffix(1);
  return host;
}

/// RFC 6761 keeps these names for this machine.
bool is_local(std::string_view host) {
  const std::size_t before = host.size() - std::min(host.size(), within_it.size());
  return same_word(host, this_machine) || same_word(host.substr(before), within_it) || Address::parse(host);
}

bool is_name(std::string_view text) {
  return !text.empty() && !Address::parse(text) && text.find_first_of(":/*[]@ ") == text.npos && could_be_host(text);
}

}  // namespace

Hosts Hosts::local() {
  Hosts hosts;
  hosts.any_ = false;
  return hosts;
}

Result<Hosts> Hosts::parse(std::string_view text) {
  if (text == "any") return Hosts();
  Hosts hosts = local();
  hosts.strict_ = true;
  for (const std::string_view part : split(text, ',')) {
    const std::string_view name = trimmed(part);
    if (!is_name(name))
      return Error{Code::bad_setting, "\"" + std::string(name) + "\" is no name such as example.org, nor any"};
    hosts.names_.emplace_back(without_port(name));
  }
  return hosts;
}

bool Hosts::own(std::string_view host) const {
  if (any_ || host.empty()) return true;  // no browser leaves it out
  const std::string_view name = without_port(host);
  return is_local(name) || std::ranges::any_of(names_, [&](const std::string& own) { return same_word(own, name); });
}

}  // namespace decima::http
