#include "app/access.hpp"

#include <algorithm>

#include "app/listen.hpp"

namespace decima::app {
namespace {

constexpr std::string_view public_writes = "100/15m";
constexpr std::string_view public_reads = "6000/1m";
constexpr std::size_t public_connections = 256;

const std::string* public_address(const std::vector<std::string>& listen) {
  const auto found = std::find_if(listen.begin(), listen.end(), others_can_reach);
  return found == listen.end() ? nullptr : &*found;
}

/// A setting's text, empty for none.
std::string given(const Settings& settings, Key key) {
  const std::string& text = settings.text(key);
  return text == "none" ? std::string() : text;
}

Error wrong(Key key, const std::string& what) {
  const Setting& setting = settings_table[key.index()];
  return {Code::bad_setting, variable_name(setting) + " (" + flag_name(setting) + "): " + what};
}

/// What to do when credentials are required and there are none.
Error nobody_could_enter(const std::string* address) {
  const std::string why = address ? "DECIMA_LISTEN (--listen) names " + *address + ", which others can reach, so that"
                                  : "DECIMA_AUTH (--auth) says that";
  return {Code::bad_setting,
          why +
              " requests need an API key or a token, and none is set. Make a key with decima key new NAME --scopes "
              "submit --api-keys-file FILE and set DECIMA_API_KEYS_FILE=FILE, or set DECIMA_JWT_KEYS; or, to serve "
              "whoever reaches it, set DECIMA_AUTH=off (--auth off)"};
}

Result<std::optional<http::Rate>> rate(const Settings& settings, Key key, bool open, std::string_view when_open) {
  const std::string& text = settings.text(key);
  if (text == "none" || (text == "auto" && !open)) return std::optional<http::Rate>();
  const auto parsed = http::Rate::parse(text == "auto" ? when_open : std::string_view(text));
  if (!parsed) return wrong(key, "takes a rate such as 100/15m, none or auto, not \"" + text + "\"");
  return parsed;
}

Result<http::Hosts> host_names(const Settings& settings, bool guarded) {
  if (settings.automatic("host_names")) return guarded ? http::Hosts() : http::Hosts::local();
  auto hosts = http::Hosts::parse(settings.text("host_names"));
  if (!hosts) return wrong("host_names", hosts.error().detail);
  return hosts;
}

Result<> read_credentials(const Settings& settings, const std::string* address, http::AccessSettings& access) {
  access.api_keys_file = given(settings, "api_keys_file");
  access.jwt_keys = given(settings, "jwt_keys");
  access.jwt_rules = {given(settings, "jwt_issuer"), given(settings, "jwt_audience")};
  const bool any = !access.api_keys_file.empty() || !access.jwt_keys.empty();
  access.required = settings.automatic("auth") ? any || address : settings.text("auth") == "required";
  if (access.required && !any) return nobody_could_enter(settings.automatic("auth") ? address : nullptr);
  if (!access.jwt_keys.empty() && (access.jwt_rules.issuer.empty() || access.jwt_rules.audience.empty()))
    return wrong("jwt_keys",
                 "tokens are for one issuer and audience: set DECIMA_JWT_ISSUER and DECIMA_JWT_AUDIENCE too");
  return Done{};
}

}  // namespace

Result<http::AccessSettings> access_settings(const Settings& settings, const std::vector<std::string>& listen) {
  http::AccessSettings access;
  const std::string* address = public_address(listen);
  if (const auto good = read_credentials(settings, address, access); !good) return good.error();
  const auto writes = rate(settings, "rate_limit_writes", address, public_writes);
  if (!writes) return writes.error();
  const auto reads = rate(settings, "rate_limit_reads", address, public_reads);
  if (!reads) return reads.error();
  auto trusted = http::TrustedProxies::parse(settings.text("trusted_proxies"));
  if (!trusted) return wrong("trusted_proxies", trusted.error().detail);
  auto cors = http::Cors::parse(settings.text("cors_origins"));
  if (!cors) return wrong("cors_origins", cors.error().detail);
  auto hosts = host_names(settings, address || access.required);
  if (!hosts) return hosts.error();
  access.hosts = std::move(*hosts);
  access.writes = *writes;
  access.reads = *reads;
  access.trusted = std::move(*trusted);
  access.cors = std::move(*cors);
  access.forwarded_by = settings.text("forwarded_header") == "forwarded" ? http::ForwardedBy::forwarded
                                                                         : http::ForwardedBy::x_forwarded_for;
  return access;
}

std::size_t connections_per_client(const Settings& settings, const std::vector<std::string>& listen) {
  if (!settings.automatic("http_max_connections_per_client")) return settings.number("http_max_connections_per_client");
  return public_address(listen) ? public_connections : SIZE_MAX;
}

}  // namespace decima::app
