#pragma once
#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/settings_table.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"

namespace decima::app {

/// A row of settings_table by its name. A name that no row has does not compile.
class Key {
 public:
  consteval Key(const char* name) : index_(find(name)) {}
  constexpr std::size_t index() const { return index_; }

 private:
  static consteval std::size_t find(std::string_view name) {
    for (std::size_t i = 0; i < std::size(settings_table); i++)
      if (settings_table[i].name == name) return i;
    throw "no such setting";
  }
  std::size_t index_;
};

/// "http_threads" → "DECIMA_HTTP_THREADS" and "--http-threads".
std::string variable_name(const Setting& setting);
std::string flag_name(const Setting& setting);

/// The setting's value is acceptable; the error is one sentence that names the setting and what it takes.
Result<> check_value(const Setting& setting, std::string_view value);

/// What the program runs with: each setting's value and where it came from. A flag wins over DECIMA_*, that over
/// another service's variable, that over the default.
class Settings {
 public:
  using Flags = std::map<std::string, std::string>;  ///< by setting name
  using Environment = std::function<const char*(const char*)>;

  /// The error names the first setting that is wrong.
  static Result<Settings> load(const Flags& flags, const Environment& environment);

  const std::string& text(Key key) const { return entries_[key.index()].value; }
  std::uint64_t number(Key key) const;
  std::uint64_t bytes(Key key) const { return number(key); }
  std::map<std::string, std::uint64_t, std::less<>> bytes_by_name(Key key) const;
  Duration duration(Key key) const { return Duration(static_cast<std::int64_t>(number(key))); }
  bool yes(Key key) const { return text(key) == "yes"; }
  bool automatic(Key key) const { return text(key) == "auto"; }

  struct Entry {
    const Setting* setting = nullptr;
    std::string value;
    std::string source;  ///< "default", "DECIMA_LISTEN", "--listen", …
  };
  const std::vector<Entry>& entries() const { return entries_; }

 private:
  std::vector<Entry> entries_;
};

/// The value for people: secrets masked.
std::string shown(const Settings::Entry& entry);

}  // namespace decima::app
