#include "http/negotiation.hpp"

#include <algorithm>
#include <cstdlib>
#include <string>

#include "base/text.hpp"

namespace decima::http {
namespace {

/// The q in "gzip;q=0.5"; 1 where there is none.
double quality(std::string_view parameters) {
  for (const std::string_view parameter : split(parameters, ';')) {
    const std::string_view text = trimmed(parameter);
    if (text.size() > 2 && same_word(text.substr(0, 2), "q="))
      return std::strtod(std::string(text.substr(2)).c_str(), nullptr);
  }
  return 1;
}

std::string_view unquoted(std::string_view word) {
  if (word.size() >= 2 && word.front() == '"' && word.back() == '"') return word.substr(1, word.size() - 2);
  return word;
}

/// Whether a list of entity tags ("a", W/"b", or *) names this one; a weak one counts where `weakly` compared.
bool lists_etag(std::string_view field, std::string_view etag, bool weakly) {
  return std::ranges::any_of(split(field, ','), [&](std::string_view part) {
    std::string_view listed = trimmed(part);
    if (weakly && listed.starts_with("W/")) listed.remove_prefix(2);
    return listed == etag || listed == "*";
  });
}

/// Of digits, however many; 0 when it is anything else.
Duration seconds_of(std::string_view digits, Duration longest) {
  Duration time{0};
  for (const char c : digits) {
    if (c < '0' || c > '9') return Duration(0);
    time = std::min(time * 10 + std::chrono::seconds(c - '0'), longest);
  }
  return time;
}

}  // namespace

Precondition precondition(const Request& request, std::string_view etag) {
  const std::string wanted = request.list("If-Match"), known = request.list("If-None-Match");
  if (!wanted.empty() && !lists_etag(wanted, etag, false)) return Precondition::fails;
  return lists_etag(known, etag, true) ? Precondition::client_has_it : Precondition::holds;
}

bool accepts_gzip(std::string_view field) {
  double gzip = -1, plain = -1, others = -1;
  for (const std::string_view part : split(field, ',')) {
    const std::size_t end = std::min(part.find(';'), part.size());
    const std::string_view coding = trimmed(part.substr(0, end));
    const double q = quality(part.substr(end));
    if (same_word(coding, "gzip") || same_word(coding, "x-gzip")) gzip = q;
    if (same_word(coding, "identity")) plain = q;
    if (coding == "*") others = q;
  }
  if (gzip < 0) gzip = others;
  return gzip > 0 && gzip >= plain;
}

Duration preferred_wait(std::string_view field, Duration longest) {
  for (const std::string_view part : split(field, ',')) {
    const std::string_view preference = part.substr(0, part.find(';'));
    const std::size_t equals = std::min(preference.find('='), preference.size());
    if (!same_word(trimmed(preference.substr(0, equals)), "wait")) continue;
    return seconds_of(unquoted(trimmed(preference.substr(std::min(equals + 1, preference.size())))), longest);
  }
  return Duration(0);
}

}  // namespace decima::http
