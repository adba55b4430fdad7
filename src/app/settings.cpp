#include "app/settings.hpp"

#include <algorithm>

#include "base/log.hpp"
#include "base/text.hpp"

namespace decima::app {
namespace {

/// A number, a size or a time as a plain number; nullopt when it is not one.
std::optional<std::uint64_t> quantity(const Setting& setting, std::string_view value) {
  switch (setting.type) {
    case Type::number:
      return parse_number(value);
    case Type::bytes:
      return parse_bytes(value);
    case Type::duration:
      if (const auto millis = parse_duration_ms(value)) return static_cast<std::uint64_t>(*millis);
      return std::nullopt;
    default:
      return std::nullopt;
  }
}

/// "factorial=1GiB,fibonacci=10GiB", or "none" for an empty one; nullopt when it is neither.
std::optional<std::map<std::string, std::uint64_t, std::less<>>> byte_map(std::string_view text) {
  std::map<std::string, std::uint64_t, std::less<>> map;
  if (text == "none") return map;
  for (const std::string_view pair : split(text, ',')) {
    const std::size_t equals = pair.find('=');
    if (equals == 0 || equals == pair.npos) return std::nullopt;
    const auto bytes = parse_bytes(pair.substr(equals + 1));
    if (!bytes || !map.emplace(pair.substr(0, equals), *bytes).second) return std::nullopt;
  }
  return map;
}

std::string show_duration(std::uint64_t millis) {
  if (millis % 3'600'000 == 0 && millis > 0) return std::to_string(millis / 3'600'000) + "h";
  if (millis % 60'000 == 0 && millis > 0) return std::to_string(millis / 60'000) + "m";
  if (millis % 1000 == 0 && millis > 0) return std::to_string(millis / 1000) + "s";
  return std::to_string(millis) + "ms";
}

std::string show_quantity(Type type, std::uint64_t value) {
  if (type == Type::bytes) return show_bytes(value);
  if (type == Type::duration) return show_duration(value);
  return std::to_string(value);
}

/// What the setting takes, for an error's sentence: "a whole number from 1 to 256, or auto".
std::string takes(const Setting& setting) {
  std::string words;
  switch (setting.type) {
    case Type::text:
    case Type::list:
      return "a text";
    case Type::yes_no:
      return "yes or no";
    case Type::choice: {
      words = "one of " + std::string(setting.choices);
      std::replace(words.begin(), words.end(), '|', ' ');
      break;
    }
    case Type::bytes_by_name:
      return "names with sizes like factorial=1GiB,fibonacci=512MiB, or none";
    case Type::number:
      words = "a whole number";
      break;
    case Type::bytes:
      words = "a size like 512MiB";
      break;
    case Type::duration:
      words = "a time like 250ms, 30s or 5m";
      break;
  }
  if (setting.type != Type::choice) {
    words += " from " + show_quantity(setting.type, setting.least);
    if (setting.most != UINT64_MAX) words += " to " + show_quantity(setting.type, setting.most);
  }
  return setting.automatic ? words + ", or auto" : words;
}

bool acceptable(const Setting& setting, std::string_view value) {
  if (setting.automatic && value == "auto") return true;
  switch (setting.type) {
    case Type::text:
    case Type::list:
      return !value.empty();
    case Type::yes_no:
      return value == "yes" || value == "no";
    case Type::bytes_by_name:
      return byte_map(value).has_value();
    case Type::choice: {
      const auto choices = split(setting.choices, '|');
      return std::find(choices.begin(), choices.end(), value) != choices.end();
    }
    default: {
      const auto number = quantity(setting, value);
      return number && *number >= setting.least && *number <= setting.most;
    }
  }
}

Settings::Entry look_up(const Setting& setting, const Settings::Flags& flags,
                        const Settings::Environment& environment) {
  if (const auto flag = flags.find(std::string(setting.name)); flag != flags.end())
    return {&setting, flag->second, flag_name(setting)};
  const std::string variable = variable_name(setting);
  if (const char* value = environment(variable.c_str())) return {&setting, value, variable};
  if (!setting.alias.empty())
    if (const char* value = environment(std::string(setting.alias).c_str()))
      return {&setting, value, std::string(setting.alias)};
  return {&setting, std::string(setting.preset), "default"};
}

}  // namespace

std::string variable_name(const Setting& setting) {
  std::string name = "DECIMA_" + std::string(setting.name);
  std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return std::toupper(c); });
  return name;
}

std::string flag_name(const Setting& setting) {
  std::string name = "--" + std::string(setting.name);
  std::replace(name.begin(), name.end(), '_', '-');
  return name;
}

Result<> check_value(const Setting& setting, std::string_view value) {
  if (acceptable(setting, value)) return Done{};
  const std::string found = setting.secret ? "its value" : "\"" + std::string(value) + "\"";
  return Error{Code::bad_setting,
               variable_name(setting) + " (" + flag_name(setting) + ") takes " + takes(setting) + ", not " + found};
}

Result<Settings> Settings::load(const Flags& flags, const Environment& environment) {
  Settings settings;
  for (const Setting& setting : settings_table) {
    Entry entry = look_up(setting, flags, environment);
    if (auto good = check_value(setting, entry.value); !good) return good.error();
    settings.entries_.push_back(std::move(entry));
  }
  return settings;
}

std::uint64_t Settings::number(Key key) const {
  return quantity(settings_table[key.index()], entries_[key.index()].value).value_or(0);
}

std::map<std::string, std::uint64_t, std::less<>> Settings::bytes_by_name(Key key) const {
  return byte_map(text(key)).value_or(std::map<std::string, std::uint64_t, std::less<>>());
}

std::string shown(const Settings::Entry& entry) {
  return entry.setting->secret && !entry.value.empty() ? "********" : entry.value;
}

}  // namespace decima::app
