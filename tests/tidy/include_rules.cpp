#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "rules.hpp"

namespace decima::tidy {
namespace {

struct Layer {
  std::string_view folder;
  std::string_view may_include;
};

constexpr Layer layers[] = {
#define LAYER(folder, may_include) {folder, may_include},
#include "layers.def"
#undef LAYER
};

const Layer* layer_of(std::string_view path_below_src) {
  const auto* at =
      std::ranges::find_if(layers, [&](const Layer& layer) { return under(path_below_src, layer.folder); });
  return at == std::end(layers) ? nullptr : at;
}

bool may_include(const Layer& from, const Layer& to) {
  if (&from == &to) return true;
  const std::string allowed = " " + std::string(from.may_include) + " ";
  return allowed.find(" " + std::string(to.folder) + " ") != std::string::npos;
}

struct Include {
  std::string_view header;
  bool quoted = false;
};

std::optional<Include> include_in(std::string_view line) {
  if (!line.starts_with("#include ")) return std::nullopt;
  const std::size_t open = line.find_first_of("<\"");
  if (open == std::string_view::npos) return std::nullopt;
  const bool quoted = line[open] == '"';
  const std::size_t close = line.find(quoted ? '"' : '>', open + 1);
  if (close == std::string_view::npos) return std::nullopt;
  return Include{line.substr(open + 1, close - open - 1), quoted};
}

/// Calls look(file, include, "path:line: ") for each include of the files below src.
template <class Look>
void for_each_include(const Tree& tree, Look look) {
  for (const File& file : tree) {
    if (!under(file.path, "src") || !is_code(file)) continue;
    std::size_t number = 0;
    for (const std::string_view line : lines(file.text)) {
      ++number;
      if (const auto include = include_in(line)) look(file, *include, file.path + ":" + std::to_string(number) + ": ");
    }
  }
}

struct Library {
  std::string_view headers;  ///< how their names begin
  std::string_view places;   ///< files or folders that may include them, separated by blanks
};

/// A library that is seen in one place can be replaced in one place.
constexpr Library libraries[] = {
    {"boost/asio", "src/http src/app"},
    {"boost/beast", "src/http src/app"},
    {"boost/url", "src/http"},
    {"boost/json", "src/http src/core src/app"},
    {"soci/", "src/adapters/store"},
    {"sqlite3.h", "src/adapters/sqlite"},
    {"spdlog/", "src/base/log.cpp"},
    {"prometheus/", "src/base/metrics.cpp"},
    {"openssl/", "src/base/sha1.cpp src/base/sha256.cpp src/http/jwk.cpp src/http/tls.cpp"},
    {"jwt.h", "src/http/jwt.cpp"},
    {"zlib.h", "src/http"},
    {"CLI/", "src/app"},
    {"curl/", "src/http/jwks.cpp src/app/http_client.cpp"},
    {"primesieve", "src/engine src/kinds"},
    {"gmp", "nowhere: it is a peer to measure against"},
};

bool allowed_in(const Library& library, std::string_view path) {
  for (std::string_view rest = library.places; !rest.empty();) {
    const std::string_view place = rest.substr(0, rest.find(' '));
    if (path == place || under(path, place)) return true;
    rest.remove_prefix(std::min(place.size() + 1, rest.size()));
  }
  return false;
}

}  // namespace

Findings includes_follow_the_layers(const Tree& tree) {
  Findings findings;
  for_each_include(tree, [&](const File& file, const Include& include, const std::string& where) {
    if (!include.quoted) return;
    const Layer* from = layer_of(std::string_view(file.path).substr(4));
    const Layer* to = layer_of(include.header);
    const std::string what = "\"" + std::string(include.header) + "\"";
    if (!from) {
      findings.push_back(where + "this file belongs to no layer of tests/tidy/layers.def");
    } else if (is_test_code(file.path) && include.header.starts_with("support/")) {
      return;  // what tests share: tests/support
    } else if (!to) {
      const bool support = is_test_code(file.path) && include.header.starts_with("support/");
      if (!support) findings.push_back(where + what + " does not begin with a folder of src");
    } else if (!is_test_code(file.path) && !may_include(*from, *to)) {
      findings.push_back(where + std::string(from->folder) + " may not include " + what);
    }
  });
  return findings;
}

Findings libraries_stay_in_their_files(const Tree& tree) {
  Findings findings;
  for_each_include(tree, [&](const File& file, const Include& include, const std::string& where) {
    if (is_test_code(file.path)) return;
    for (const Library& library : libraries)
      if (include.header.starts_with(library.headers) && !allowed_in(library, file.path))
        findings.push_back(where + "<" + std::string(include.header) + "> belongs in " + std::string(library.places));
  });
  return findings;
}

Findings engine_is_pure(const Tree& tree) {
  static const std::set<std::string_view> impure{
      "chrono",  "ctime",  "time.h",  "iostream", "fstream",    "cstdio",   "stdio.h", "filesystem",
      "sstream", "random", "ostream", "istream",  "sys/time.h", "syslog.h", "fcntl.h", "sys/socket.h"};
  Findings findings;
  for_each_include(tree, [&](const File& file, const Include& include, const std::string& where) {
    if (under(file.path, "src/engine") && !is_test_code(file.path) && impure.contains(include.header))
      findings.push_back(where + "the engine has no use for <" + std::string(include.header) + ">");
  });
  return findings;
}

}  // namespace decima::tidy
