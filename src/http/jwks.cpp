#include "http/jwks.hpp"

#include <curl/curl.h>

#include <fstream>

#include "base/log.hpp"

namespace decima::http {
namespace {

constexpr std::size_t longest_set = 256 << 10;
constexpr long patience_ms = 10'000;
/// Keys are changed seldom, and withdrawn ones should not open for ever.
constexpr Duration asked_anyway{600'000};

struct Receiving {
  std::string text;
  const std::stop_token& stop;
};

std::size_t receive(char* bytes, std::size_t, std::size_t count, void* into) {
  auto& receiving = *static_cast<Receiving*>(into);
  if (receiving.text.size() + count > longest_set) return 0;
  receiving.text.append(bytes, count);
  return count;
}

int keep_on(void* receiving, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return static_cast<Receiving*>(receiving)->stop.stop_requested() ? 1 : 0;
}

Result<JwtKeys> fetch(const std::string& url, const std::stop_token& stop) {
  const std::unique_ptr<CURL, void (*)(CURL*)> curl(curl_easy_init(), curl_easy_cleanup);
  if (!curl) return Error{Code::out_of_memory, "curl"};
  Receiving receiving{{}, stop};
  curl_easy_setopt(curl.get(), CURLOPT_URL, url.c_str());
  curl_easy_setopt(curl.get(), CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(curl.get(), CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl.get(), CURLOPT_TIMEOUT_MS, patience_ms);
  curl_easy_setopt(curl.get(), CURLOPT_WRITEFUNCTION, receive);
  curl_easy_setopt(curl.get(), CURLOPT_WRITEDATA, &receiving);
  curl_easy_setopt(curl.get(), CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(curl.get(), CURLOPT_XFERINFOFUNCTION, keep_on);
  curl_easy_setopt(curl.get(), CURLOPT_XFERINFODATA, &receiving);
  const CURLcode done = curl_easy_perform(curl.get());
  if (done == CURLE_WRITE_ERROR)
    return Error{Code::unavailable, url + " sent more than " + std::to_string(longest_set >> 10) + " KiB"};
  if (done != CURLE_OK) return Error{Code::unavailable, url + ": " + curl_easy_strerror(done)};
  long status = 0;
  curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &status);
  // Redirections are not followed: the set is where the settings say, or nowhere.
  if (status != 200) return Error{Code::unavailable, url + " answered " + std::to_string(status)};
  auto keys = read_jwks(receiving.text);
  if (!keys) return Error{Code::unavailable, url + ": " + keys.error().detail};
  return keys;
}

Error no_key_in(const std::string& location) {
  return {Code::bad_setting, location + " has no key for RS256 (2048 bits or more) or ES256"};
}

Result<JwtKeys> read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string text(longest_set + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(std::max<std::streamsize>(0, file.gcount())));
  if (!file.eof() || file.bad()) return Error{Code::bad_setting, "the JWT keys in " + path + " cannot be read"};
  auto keys = read_jwks(text);
  if (!keys) return Error{Code::bad_setting, path + ": " + keys.error().detail};
  if (keys->empty()) return no_key_in(path);
  return keys;
}

}  // namespace

Jwks::Jwks(std::string location, Duration floor)
    : location_(std::move(location)),
      is_url_(location_.starts_with("https://") || location_.starts_with("http://")),
      floor_(floor) {}

Jwks::~Jwks() = default;

Result<> Jwks::load() {
  if (!is_url_) {
    auto fresh = read_file(location_);
    if (!fresh) return fresh.error();
    take(std::move(fresh));
    return Done{};
  }
  if (thread_.joinable()) {
    const std::lock_guard lock(mutex_);
    ask();
    return Done{};
  }
  static const CURLcode ready = curl_global_init(CURL_GLOBAL_DEFAULT);
  if (ready != CURLE_OK) return Error{Code::internal, "curl cannot be used"};
  thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
  return Done{};
}

std::shared_ptr<const JwtKeys> Jwks::keys() const {
  const std::lock_guard lock(mutex_);
  return keys_;
}

bool Jwks::look_again() {
  const std::lock_guard lock(mutex_);
  if (!is_url_) return false;
  if (wanted_ || asking_) return true;
  if (std::chrono::steady_clock::now() - asked_ < floor_) return !came_;
  ask();
  return true;
}

void Jwks::ask() {
  wanted_ = true;
  wanted_changed_.notify_all();
}

void Jwks::run(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (!stop.stop_requested()) {
    wanted_ = false;
    asking_ = true;
    lock.unlock();
    auto fresh = fetch(location_, stop);
    const bool failed = !fresh || fresh->empty();
    if (!stop.stop_requested()) tell(fresh);
    take(std::move(fresh));
    lock.lock();
    asking_ = false;
    asked_ = std::chrono::steady_clock::now();
    const auto again = asked_ + (failed ? std::max(floor_, Duration(1'000)) : asked_anyway);
    wanted_changed_.wait_until(lock, stop, again, [this] { return wanted_; });
  }
}

void Jwks::tell(const Result<JwtKeys>& fresh) const {
  if (!fresh) return log::warn("http.jwt_keys_not_fetched", {{"error", fresh.error().message()}});
  if (fresh->empty())
    log::error("http.jwt_keys_withdrawn",
               {{"error", no_key_in(location_).detail + ": until it has one, no token opens anything"}});
}

void Jwks::take(Result<JwtKeys> fresh) {
  if (!fresh) return;
  auto shared = std::make_shared<const JwtKeys>(std::move(*fresh));
  const std::lock_guard lock(mutex_);
  keys_ = std::move(shared);
  came_ = true;
}

}  // namespace decima::http
