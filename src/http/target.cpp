#include "http/target.hpp"

#include <algorithm>
#include <boost/url/parse.hpp>
#include <boost/url/pct_string_view.hpp>
#include <boost/url/url_view.hpp>

#include "base/text.hpp"

namespace decima::http {
namespace {

namespace urls = boost::urls;

std::string_view view(boost::core::string_view text) { return {text.data(), text.size()}; }

/// As forms write it: %20 and + are both a space.
std::string form_decoded(std::string_view text) {
  urls::encoding_opts form;
  form.space_as_plus = true;
  const auto encoded = urls::make_pct_string_view({text.data(), text.size()});
  return encoded ? encoded->decode(form) : std::string(text);
}

}  // namespace

bool Target::parse(std::string_view text) {
  size_ = 0;
  query_ = {};
  const auto parsed = text.starts_with('/') ? urls::parse_origin_form({text.data(), text.size()})
                                            : urls::parse_absolute_uri({text.data(), text.size()});
  // http://host alone means its root.
  if (!parsed || !(parsed->is_path_absolute() || (parsed->has_authority() && parsed->encoded_path().empty())))
    return false;
  const auto segments = parsed->encoded_segments();
  if (segments.size() > most_segments) return false;
  for (const urls::pct_string_view segment : segments) {
    std::string& decoded = segments_[size_++];
    decoded.clear();
    segment.decode({}, urls::string_token::append_to(decoded));
  }
  query_ = view(parsed->encoded_query());
  return true;
}

// Not urls::parse_query: that of Boost 1.81 reads the last value beyond its end.
std::optional<std::string> Target::query(std::string_view name) const {
  for (const std::string_view pair : split(query_, '&')) {
    const std::size_t equals = std::min(pair.find('='), pair.size());
    if (form_decoded(pair.substr(0, equals)) != name) continue;
    return form_decoded(pair.substr(std::min(equals + 1, pair.size())));
  }
  return std::nullopt;
}

}  // namespace decima::http
