#pragma once
#include <optional>
#include <string>

#include "http/cors.hpp"
#include "http/forwarded.hpp"
#include "http/hosts.hpp"
#include "http/jwt.hpp"
#include "http/rate.hpp"

namespace decima::http {

/// Who may ask, how often, and from which pages.
struct AccessSettings {
  TrustedProxies trusted;
  ForwardedBy forwarded_by = ForwardedBy::x_forwarded_for;
  std::optional<Rate> reads, writes;  ///< of each client; nothing: as often as it likes
  Cors cors;
  Hosts hosts;
  bool required = false;      ///< every route but the open ones takes credentials
  std::string api_keys_file;  ///< empty: there are no such keys
  std::string jwt_keys;       ///< file or URL of a JSON Web Key Set; empty: no tokens
  JwtRules jwt_rules;
};

}  // namespace decima::http
