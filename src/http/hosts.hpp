#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace decima::http {

/// The names that this server goes by. Whoever owns a name can have it point to this machine after a browser has loaded
/// a page from it; to the browser this server is then the page's own, and only the Host field still tells that it is
/// not (docs/decisions/0315-names-of-this-server.md). Addresses and localhost are nobody's to point elsewhere.
class Hosts {
 public:
  /// Every name is its own.
  Hosts() = default;
  /// Only localhost and addresses are; but it answers under any.
  static Hosts local();
  /// Names separated by commas, and it answers under no others; or "any".
  static Result<Hosts> parse(std::string_view text);

  /// Whether requests with this Host field are answered at all.
  bool answers(std::string_view host) const { return !strict_ || own(host); }
  /// Whether a page that comes from there is this server's own.
  bool own(std::string_view host) const;

 private:
  bool any_ = true;
  bool strict_ = false;
  std::vector<std::string> names_;
};

}  // namespace decima::http
