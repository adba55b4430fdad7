// Swagger UI, from this program's own bytes: the API's document as a page on which requests can be tried.
#include <zlib.h>

#include <array>
#include <optional>
#include <stdexcept>
#include <string>

#include "http/embedded.hpp"
#include "http/handlers.hpp"
#include "http/negotiation.hpp"
#include "http/static_text.hpp"

namespace decima::http {
namespace {

constexpr std::string_view first_page = "/swagger/index.html";

/// Only what this server serves, and no script but from its files. Swagger UI brings its icons as data.
constexpr std::string_view policy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

struct File {
  std::string_view name, content_type;
};
constexpr File files[] = {
    {"index.html", "text/html; charset=utf-8"},
    {"initializer.js", "text/javascript; charset=utf-8"},
    {"swagger-ui-bundle.js", "text/javascript; charset=utf-8"},
    {"swagger-ui.css", "text/css; charset=utf-8"},
    {"favicon-32x32.png", "image/png"},
};

/// A gzip member as zlib unpacks it. Its bytes are our own, so what fails here is a broken build.
std::string gunzip(std::string_view packed) {
  z_stream stream{};
  if (inflateInit2(&stream, 16 + MAX_WBITS) != Z_OK) throw std::bad_alloc();
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
  stream.avail_in = static_cast<uInt>(packed.size());
  std::string text;
  std::array<char, 65536> piece;
  int state = Z_OK;
  while (state == Z_OK) {
    stream.next_out = reinterpret_cast<Bytef*>(piece.data());
    stream.avail_out = piece.size();
    state = inflate(&stream, Z_NO_FLUSH);
    text.append(piece.data(), piece.size() - stream.avail_out);
  }
  inflateEnd(&stream);
  if (state != Z_STREAM_END) throw std::runtime_error("an embedded file cannot be unpacked");
  return text;
}

/// A file in both of its forms. Ours are embedded as they are, those of Swagger UI packed.
struct Forms {
  StaticText plain;
  std::optional<StaticText> packed;
};

Forms forms_of(const File& file) {
  const std::string_view packed = embedded(std::string(file.name) + ".gz");
  if (packed.empty()) return {StaticText::of(file.content_type, std::string(embedded(file.name))), std::nullopt};
  return {StaticText::of(file.content_type, gunzip(packed)), StaticText::of(file.content_type, std::string(packed))};
}

const Forms* find(std::string_view name) {
  static const auto forms = [] {
    std::array<Forms, std::size(files)> all;
    for (std::size_t i = 0; i < all.size(); i++) all[i] = forms_of(files[i]);
    return all;
  }();
  for (std::size_t i = 0; i < forms.size(); i++)
    if (files[i].name == name) return &forms[i];
  return nullptr;
}

}  // namespace

Answer redirect_to_swagger(const Call&) {
  Response response = Response::plain(308, "text/plain; charset=us-ascii", std::string(first_page) + "\n");
  response.field("Location", first_page);
  return response;
}

Answer get_swagger_file(const Call& call) {
  if (call.parameter.empty()) return redirect_to_swagger(call);
  const Forms* forms = find(call.parameter);
  if (!forms)
    return call.refuse({Code::not_found, "Swagger UI has no such file; its page is " + std::string(first_page)});
  const bool packed = forms->packed && accepts_gzip(call.request.list("Accept-Encoding"));
  Response response = static_response(call, packed ? *forms->packed : forms->plain);
  if (packed) response.field("Content-Encoding", "gzip");
  if (forms->packed) response.field("Vary", "Accept-Encoding");
  response.field("Content-Security-Policy", policy);
  response.field("Referrer-Policy", "no-referrer");
  return response;
}

}  // namespace decima::http
