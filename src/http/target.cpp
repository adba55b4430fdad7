#include "http/target.hpp"

#include <boost/url/grammar/parse.hpp>
#include <boost/url/params_encoded_view.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/parse_query.hpp>
#include <boost/url/url_view.hpp>

namespace decima::http {
namespace {

namespace urls = boost::urls;

std::string_view view(boost::core::string_view text) { return {text.data(), text.size()}; }

}  // namespace

bool Target::parse(std::string_view text) {
  size_ = 0;
  query_ = {};
  const auto parsed = text.starts_with('/') ? urls::parse_origin_form({text.data(), text.size()})
                                            : urls::parse_absolute_uri({text.data(), text.size()});
  if (!parsed || !parsed->is_path_absolute()) return false;
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

std::optional<std::string> Target::query(std::string_view name) const {
  const auto params = urls::parse_query({query_.data(), query_.size()});
  if (!params) return std::nullopt;
  urls::encoding_opts form;
  form.space_as_plus = true;
  for (const auto& param : *params)
    if (param.key.decode(form) == name) return param.value.decode(form);
  return std::nullopt;
}

}  // namespace decima::http
