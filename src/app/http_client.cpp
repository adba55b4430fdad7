#include "app/http_client.hpp"

#include <curl/curl.h>

#include <algorithm>
#include <cctype>

namespace decima::app {
namespace {

constexpr long connect_seconds = 10;
/// A server may take its time to answer a request that waits for a job; a connection without a byte for this long is
/// taken for dead.
constexpr long silent_seconds = 120;
constexpr std::size_t longest_held_body = 64 << 20;
constexpr std::string_view unix_prefix = "unix:";

/// curl's own global state lives as long as the process.
void use_curl() { [[maybe_unused]] static const CURLcode ready = curl_global_init(CURL_GLOBAL_DEFAULT); }

std::string base_of(const std::string& url) {
  if (url.starts_with(unix_prefix)) return "http://localhost";
  std::string base = url.find("://") == std::string::npos ? "http://" + url : url;
  while (base.ends_with('/')) base.pop_back();
  return base;
}

/// One exchange as curl's callbacks see it.
struct Exchange {
  HttpReply reply;
  const TakeBody& take;
  const std::stop_token& stop;
  std::optional<Duration> body_within;
  std::optional<Error> error;
  Stopwatch watch;
  bool begun = false;  ///< its body

  bool add(std::string_view piece) {
    begun = true;
    if (take && reply.status / 100 == 2) {
      if (auto taken = take(reply, piece); !taken) error = taken.error();
    } else if (reply.body.size() + piece.size() > longest_held_body) {
      error = Error{Code::unavailable, "the answer is too long"};
    } else {
      reply.body.append(piece);
    }
    return !error;
  }

  /// Asked about once a second.
  bool goes_on() {
    if (stop.stop_requested()) return false;
    if (!body_within || begun || watch.seconds() * 1000 < static_cast<double>(body_within->count())) return true;
    error = Error{Code::unavailable, "the answer did not begin in time"};
    return false;
  }

  /// A line of the header. A status line begins anew: an interim answer (100) may have come before.
  void add_line(std::string_view line) {
    while (line.ends_with('\n') || line.ends_with('\r')) line.remove_suffix(1);
    if (line.starts_with("HTTP/")) {
      const std::size_t blank = line.find(' ');
      reply = {};
      if (blank != std::string_view::npos) reply.status = std::atoi(std::string(line.substr(blank + 1, 3)).c_str());
    }
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) return;
    std::string name(line.substr(0, colon));
    std::ranges::transform(name, name.begin(), [](unsigned char c) { return std::tolower(c); });
    std::string_view value = line.substr(colon + 1);
    while (value.starts_with(' ')) value.remove_prefix(1);
    reply.fields[std::move(name)] = value;
  }
};

std::size_t on_body(char* bytes, std::size_t, std::size_t count, void* exchange) {
  return static_cast<Exchange*>(exchange)->add({bytes, count}) ? count : 0;
}

std::size_t on_header(char* bytes, std::size_t, std::size_t count, void* exchange) {
  static_cast<Exchange*>(exchange)->add_line({bytes, count});
  return count;
}

int on_progress(void* exchange, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return static_cast<Exchange*>(exchange)->goes_on() ? 0 : 1;
}

struct FreeUrl {
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
};
using Url = std::unique_ptr<CURLU, FreeUrl>;

std::string part_of(const Url& url, CURLUPart part) {
  char* text = nullptr;
  if (curl_url_get(url.get(), part, &text, 0) != CURLUE_OK) return {};
  const std::unique_ptr<char, void (*)(void*)> owner(text, curl_free);
  return text;
}

struct FreeList {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using List = std::unique_ptr<curl_slist, FreeList>;

void append(List& list, const std::string& line) { list.reset(curl_slist_append(list.release(), line.c_str())); }

}  // namespace

struct HttpClient::State {
  State(Server to_ask, std::stop_token token) : server(std::move(to_ask)), stop(std::move(token)) {
    use_curl();
    curl = curl_easy_init();
  }
  ~State() { curl_easy_cleanup(curl); }

  void set_up(const HttpRequest& request, const List& fields, Exchange& exchange) {
    curl_easy_reset(curl);
    const auto set = [&](CURLoption option, auto value) { curl_easy_setopt(curl, option, value); };
    set(CURLOPT_ERRORBUFFER, said);
    said[0] = '\0';
    set(CURLOPT_URL, (base_of(server.url) + request.path).c_str());
    if (server.url.starts_with(unix_prefix)) set(CURLOPT_UNIX_SOCKET_PATH, server.url.c_str() + unix_prefix.size());
    set(CURLOPT_PROTOCOLS_STR, "http,https");
    if (!server.authorities.empty()) set(CURLOPT_CAINFO, server.authorities.c_str());
    if (!request.body.empty()) {
      set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
      set(CURLOPT_POSTFIELDS, request.body.c_str());
    }
    set(CURLOPT_CUSTOMREQUEST, request.method.c_str());
    set(CURLOPT_HTTPHEADER, fields.get());
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_CONNECTTIMEOUT, connect_seconds);
    set(CURLOPT_LOW_SPEED_LIMIT, 1L);
    set(CURLOPT_LOW_SPEED_TIME, silent_seconds);
    set(CURLOPT_WRITEFUNCTION, on_body);
    set(CURLOPT_WRITEDATA, static_cast<void*>(&exchange));
    set(CURLOPT_HEADERFUNCTION, on_header);
    set(CURLOPT_HEADERDATA, static_cast<void*>(&exchange));
    set(CURLOPT_NOPROGRESS, 0L);
    set(CURLOPT_XFERINFOFUNCTION, on_progress);
    set(CURLOPT_XFERINFODATA, static_cast<void*>(&exchange));
  }

  Server server;
  std::stop_token stop;
  /// What curl says of a failure in this case; often that says more than its code.
  std::string reason(CURLcode code) const { return said[0] != '\0' ? said : curl_easy_strerror(code); }

  CURL* curl = nullptr;
  char said[CURL_ERROR_SIZE] = {};
};

std::string HttpReply::field(const std::string& name) const {
  const auto found = fields.find(name);
  return found == fields.end() ? std::string() : found->second;
}

Result<> HttpClient::check_url(const std::string& text) {
  const auto wrong = [](const std::string& what) {
    return Error{Code::bad_setting, "server: " + what + "; it is http://HOST:PORT, https://HOST:PORT or unix:PATH"};
  };
  const Url url(curl_url());
  if (curl_url_set(url.get(), CURLUPART_URL, base_of(text).c_str(), CURLU_NON_SUPPORT_SCHEME) != CURLUE_OK)
    return wrong("this is no address of a server");
  if (!part_of(url, CURLUPART_USER).empty() || !part_of(url, CURLUPART_PASSWORD).empty())
    return Error{Code::bad_setting, "server: it holds credentials; give the key with key_file"};
  const std::string scheme = part_of(url, CURLUPART_SCHEME);
  if (scheme != "http" && scheme != "https") return wrong("it cannot be asked by " + scheme);
  return Done{};
}

HttpClient::HttpClient(Server server, std::stop_token stop)
    : state_(std::make_unique<State>(std::move(server), std::move(stop))) {}
HttpClient::~HttpClient() = default;
HttpClient::HttpClient(HttpClient&&) noexcept = default;
HttpClient& HttpClient::operator=(HttpClient&&) noexcept = default;

const std::string& HttpClient::url() const { return state_->server.url; }

Result<HttpReply> HttpClient::ask(const HttpRequest& request, const TakeBody& take) {
  List fields;
  for (const std::string& field : request.fields) append(fields, field);
  if (!request.body.empty()) append(fields, "Content-Type: application/json");
  if (!state_->server.key.empty()) append(fields, "Authorization: Bearer " + state_->server.key);
  append(fields, "Expect:");
  Exchange exchange{{}, take, state_->stop, request.body_within, {}, {}};
  state_->set_up(request, fields, exchange);
  const CURLcode code = curl_easy_perform(state_->curl);
  if (exchange.error) return *exchange.error;
  if (state_->stop.stop_requested()) return Error{Code::stopped, ""};
  if (code != CURLE_OK) return Error{Code::unavailable, url() + ": " + state_->reason(code)};
  return std::move(exchange.reply);
}

std::string percent_encoded(std::string_view text) {
  constexpr char digits[] = "0123456789ABCDEF";
  std::string encoded;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 128 && (std::isalnum(byte) || c == '-' || c == '_' || c == '.' || c == '~'))
      encoded.push_back(c);
    else
      encoded.append({'%', digits[byte >> 4], digits[byte & 15]});
  }
  return encoded;
}

}  // namespace decima::app
