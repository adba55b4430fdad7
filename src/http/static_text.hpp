#pragma once
#include <string>

#include "http/call.hpp"

namespace decima::http {

/// A text that stays the same while the program runs.
struct StaticText {
  std::string_view content_type;
  core::CachedText text;
  std::string etag;  ///< with its quotes

  static StaticText of(std::string_view content_type, std::string text);
};

/// 200 with the text, 304 when the client has it, or 412 when it wants another. Clients may keep it but have to ask
/// whether it is still this one.
Response static_response(const Call& call, const StaticText& text);

}  // namespace decima::http
