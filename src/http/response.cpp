#include "http/response.hpp"

#include <charconv>
#include <ctime>

namespace decima::http {
namespace {

/// "Sat, 21 Nov 2026 10:25:00 GMT", written anew once a second.
std::string_view date() {
  thread_local std::time_t shown = -1;
  thread_local char text[32];
  thread_local std::size_t size = 0;
  const std::time_t now = std::time(nullptr);
  if (now != shown) {
    std::tm utc{};
    gmtime_r(&now, &utc);
    size = std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &utc);
    shown = now;
  }
  return {text, size};
}

void append_number(std::string& out, std::uint64_t number) {
  char digits[20];
  out.append(digits, std::to_chars(digits, digits + sizeof digits, number).ptr);
}

bool has_no_body(int status) { return status == 101 || status == 204 || status == 304; }

}  // namespace

std::string_view reason(int status) {
  switch (status) {
    case 101:
      return "Switching Protocols";
    case 200:
      return "OK";
    case 202:
      return "Accepted";
    case 204:
      return "No Content";
    case 206:
      return "Partial Content";
    case 304:
      return "Not Modified";
    case 308:
      return "Permanent Redirect";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 408:
      return "Request Timeout";
    case 409:
      return "Conflict";
    case 412:
      return "Precondition Failed";
    case 413:
      return "Content Too Large";
    case 415:
      return "Unsupported Media Type";
    case 416:
      return "Range Not Satisfiable";
    case 421:
      return "Misdirected Request";
    case 422:
      return "Unprocessable Content";
    case 426:
      return "Upgrade Required";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 503:
      return "Service Unavailable";
    case 507:
      return "Insufficient Storage";
    default:
      return "Unknown";
  }
}

Response Response::json(int status, std::string body) { return plain(status, "application/json", std::move(body)); }

Response Response::plain(int status, std::string_view content_type, std::string body) {
  Response response;
  response.status = status;
  response.content_type = content_type;
  response.prefix = std::move(body);
  return response;
}

void Response::field(std::string_view name, std::string_view value) {
  fields_.append(name).append(": ").append(value).append("\r\n");
}

std::uint64_t Response::body_bytes() const {
  return prefix.size() + (text ? text->size() : 0) + first.size() + (source ? source->remaining().value_or(0) : 0) +
         suffix.size();
}

void append_head(std::string& out, const Head& head) {
  const Response& response = head.response;
  out.append("HTTP/1.1 ");
  append_number(out, static_cast<std::uint64_t>(response.status));
  out.append(" ").append(reason(response.status)).append("\r\nDate: ").append(date());
  if (!has_no_body(response.status)) {
    out.append("\r\nContent-Type: ").append(response.content_type);
    out.append(response.chunked() ? "\r\nTransfer-Encoding: chunked" : "\r\nContent-Length: ");
    if (!response.chunked()) append_number(out, response.body_bytes());
  }
  out.append("\r\nX-Request-Id: ").append(head.request_id).append("\r\n").append(response.fields());
  if (response.status == 101) {
    // its own Connection field says what becomes of it
  } else if (!head.keep_alive)
    out.append("Connection: close\r\n");
  else if (head.version == 10)
    out.append("Connection: keep-alive\r\n");
  out.append("\r\n");
}

}  // namespace decima::http
