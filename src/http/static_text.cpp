#include "http/static_text.hpp"

#include <memory>

#include "base/sha256.hpp"
#include "http/negotiation.hpp"

namespace decima::http {

StaticText StaticText::of(std::string_view content_type, std::string text) {
  std::string etag = "\"" + hex(sha256(text)).substr(0, 32) + "\"";
  return {content_type, std::make_shared<const std::string>(std::move(text)), std::move(etag)};
}

Response static_response(const Request& request, const StaticText& text) {
  Response response = Response::plain(200, text.content_type, {});
  response.field("ETag", text.etag);
  response.field("Cache-Control", "no-cache");
  response.field("X-Content-Type-Options", "nosniff");
  const std::string known = request.list("If-None-Match");
  if (!known.empty() && lists_etag(known, text.etag))
    response.status = 304;
  else
    response.text = text.text;
  return response;
}

}  // namespace decima::http
