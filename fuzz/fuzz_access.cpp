// What requests say of who asks: forwarded addresses, credentials, tokens; and the files of keys.
#include <string>

#include "fuzz.hpp"
#include "http/access.hpp"
#include "http/base64url.hpp"
#include "http/hosts.hpp"

using decima::fuzz::require;

namespace {

using namespace decima::http;

/// A chain is bounded, and whoever is found in it can be written and read again.
void read_as_chain(std::string_view text) {
  Request request;
  request.fields = {{"Forwarded", text}, {"X-Forwarded-For", text}};
  for (const ForwardedBy by : {ForwardedBy::forwarded, ForwardedBy::x_forwarded_for}) {
    const Chain chain = forwarded_chain(request, by);
    require(chain.size() <= longest_chain);
    for (const auto& node : chain) require(!node || Address::parse(node->text()) == node);
    const auto peer = Address::parse("10.0.0.1");
    const static TrustedProxies trusted = *TrustedProxies::parse("10.0.0.0/8");
    require(client_of(request, peer, trusted, by).has_value());
    require(client_of(request, Address::parse("192.0.2.1"), trusted, by) == Address::parse("192.0.2.1"));
  }
}

/// No bytes open anything: nobody signed them, and nobody knows a secret of that hash.
void read_as_credential(std::string_view text) {
  static const JwtKeys keys =
      *read_jwks(R"({"keys":[{"kty":"EC","crv":"P-256","kid":"e","x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",)"
                 R"("y":"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM"}]})");
  require(keys.size() == 1);
  Request request;
  request.fields = {{"Authorization", text}};
  const std::string_view credential = credential_of(request);
  require(credential.size() <= text.size());
  const decima::Time now(std::chrono::seconds(1'800'000'000));
  for (const std::string_view token : {text, credential})
    require(check_jwt(token, keys, {"i", "a"}, now).verdict != JwtVerdict::good);
}

void read_as_file(std::string_view text) {
  if (const auto keys = ApiKeys::parse(text)) require(keys->keys().size() <= ApiKeys::most);
  if (const auto keys = read_jwks(text)) require(keys->size() <= 100);
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = decima::fuzz::as_text(data, size);
  read_as_chain(text);
  read_as_credential(text);
  read_as_file(text);
  if (const auto network = Network::parse(text)) require(network->holds(network->base));
  if (const auto bytes = from_base64url(text)) require(bytes->size() == text.size() * 3 / 4);
  if (const auto rate = Rate::parse(text)) require(rate->count > 0 && rate->period > rate->period.zero());
  (void)Cors::parse(text);
  if (const auto hosts = Hosts::parse(text)) require(hosts->answers("localhost") && hosts->answers(""));
  require(!Hosts::local().own(text) || Hosts::parse("example.org")->answers(text));
  return 0;
}
