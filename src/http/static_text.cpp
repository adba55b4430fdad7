#include "http/static_text.hpp"

#include <memory>

#include "base/sha256.hpp"
#include "http/negotiation.hpp"

namespace decima::http {

StaticText StaticText::of(std::string_view content_type, std::string text) {
  std::string etag = "\"" + hex(sha256(text)).substr(0, 32) + "\"";
  return {content_type, std::make_shared<const std::string>(std::move(text)), std::move(etag)};
}

Response static_response(const Call& call, const StaticText& text) {
  const Precondition condition = precondition(call.request, text.etag);
  if (condition == Precondition::fails) return call.refuse({Code::precondition_failed, "its tag is " + text.etag});
  Response response = Response::plain(200, text.content_type, {});
  response.field("ETag", text.etag);
  response.field("Cache-Control", "no-cache");
  response.field("X-Content-Type-Options", "nosniff");
  if (condition == Precondition::client_has_it)
    response.status = 304;
  else
    response.text = text.text;
  return response;
}

}  // namespace decima::http
