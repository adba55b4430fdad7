#include "http/api_keys.hpp"

#include <sys/random.h>

#include <algorithm>
#include <fstream>
#include <iterator>

#include "base/text.hpp"
#include "http/request.hpp"

namespace decima::http {
namespace {

constexpr std::string_view prefix = "decima_";
constexpr std::size_t longest_name = 64;
constexpr std::size_t longest_secret = 256;
constexpr std::size_t longest_file = 1 << 20;

bool is_name(std::string_view text) {
  return !text.empty() && text.size() <= longest_name && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_' ||
           c == '.';
  });
}

/// "2027-01-31": the midnight with which that day begins.
std::optional<Time> read_date(std::string_view text) {
  const auto number = [&](std::size_t at, std::size_t count) -> int {
    int value = 0;
    for (const char c : text.substr(at, count)) {
      if (c < '0' || c > '9') return -1;
      value = value * 10 + (c - '0');
    }
    return value;
  };
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  const int year = number(0, 4), month = number(5, 2), day = number(8, 2);
  if (year < 0 || month < 0 || day < 0) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (!date.ok()) return std::nullopt;
  return std::chrono::time_point_cast<Duration>(std::chrono::sys_days(date));
}

std::vector<std::string_view> words_of(std::string_view line) {
  std::vector<std::string_view> words;
  for (;;) {
    line = trimmed(line);
    if (line.empty()) return words;
    const std::size_t end = std::min(line.find_first_of(" \t"), line.size());
    words.push_back(line.substr(0, end));
    line.remove_prefix(end);
  }
}

std::optional<ApiKeys::Key> read_key(std::string_view line) {
  const auto words = words_of(line);
  if (words.size() < 3 || words.size() > 4 || !is_name(words[0])) return std::nullopt;
  const auto scope = scope_named(words[1]);
  const auto hash = from_hex(words[2]);
  ApiKeys::Key key;
  if (!scope || !hash || hash->size() != key.hash.size()) return std::nullopt;
  key.caller = {std::string(words[0]), *scope};
  std::copy(hash->begin(), hash->end(), key.hash.begin());
  if (words.size() == 4) {
    key.expiry = read_date(words[3]);
    if (!key.expiry) return std::nullopt;
  }
  return key;
}

bool same(const Sha256& a, const Sha256& b) {
  unsigned difference = 0;
  for (std::size_t i = 0; i < a.size(); i++) difference |= static_cast<unsigned>(a[i] ^ b[i]);
  return difference == 0;
}

}  // namespace

Result<ApiKeys> ApiKeys::parse(std::string_view text) {
  ApiKeys keys;
  std::size_t number = 0;
  for (std::string_view line : split(text, '\n')) {
    number++;
    if (line.ends_with('\r')) line.remove_suffix(1);
    line = trimmed(line);
    if (line.empty() || line.starts_with('#')) continue;
    auto key = read_key(line);
    if (!key)
      return Error{Code::bad_setting,
                   "line " + std::to_string(number) + " of the API keys is not: NAME SCOPE SHA-256 [EXPIRY]"};
    if (keys.keys_.size() == most)
      return Error{Code::bad_setting, "there are more than " + std::to_string(most) + " API keys"};
    keys.keys_.push_back(std::move(*key));
  }
  return keys;
}

Result<ApiKeys> ApiKeys::read(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string text(longest_file + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(std::max<std::streamsize>(0, file.gcount())));
  if (file.bad() || (!file.eof() && file.fail()) || text.size() > longest_file)
    return Error{Code::bad_setting, "the API keys in " + path + " cannot be read"};
  auto keys = parse(text);
  if (!keys) return Error{keys.error().code, path + ": " + keys.error().detail};
  return keys;
}

Result<NewApiKey> ApiKeys::draw(std::string_view name, Scope scope, std::string_view expiry) {
  if (!is_name(name))
    return Error{Code::invalid_argument, "a key's name has up to 64 letters, digits, and the signs - _ ."};
  if (!expiry.empty() && !read_date(expiry))
    return Error{Code::invalid_argument, "the expiry is a date such as 2027-01-31"};
  std::array<std::uint8_t, 32> random{};
  if (getrandom(random.data(), random.size(), 0) != static_cast<ssize_t>(random.size()))
    return Error{Code::io_error, "the system gives no random numbers"};
  NewApiKey key;
  key.secret = std::string(prefix) + to_hex(random);
  key.line = std::string(name) + " " + std::string(http::name(scope)) + " " + hex(sha256(key.secret));
  if (!expiry.empty()) key.line += " " + std::string(expiry);
  return key;
}

std::optional<Caller> ApiKeys::find(std::string_view secret, Time now) const {
  if (secret.size() > longest_secret) return std::nullopt;
  const Sha256 hash = sha256(secret);
  const Key* found = nullptr;
  for (const Key& key : keys_)
    if (same(key.hash, hash)) found = &key;
  if (!found || (found->expiry && now >= *found->expiry)) return std::nullopt;
  return found->caller;
}

}  // namespace decima::http
