#include "base/log.hpp"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <cmath>

#include "base/clock.hpp"
#include "base/text.hpp"

namespace decima::log {
namespace {

spdlog::level::level_enum to_spdlog(Level level) {
  switch (level) {
    case Level::debug:
      return spdlog::level::debug;
    case Level::info:
      return spdlog::level::info;
    case Level::warn:
      return spdlog::level::warn;
    case Level::error:
      return spdlog::level::err;
    case Level::off:
      break;
  }
  return spdlog::level::off;
}

std::string_view level_name(Level level) {
  switch (level) {
    case Level::debug:
      return "DEBUG";
    case Level::info:
      return "INFO";
    case Level::warn:
      return "WARN";
    default:
      return "ERROR";
  }
}

spdlog::logger& logger() {
  static const auto instance = [] {
    auto made = std::make_shared<spdlog::logger>("decima", std::make_shared<spdlog::sinks::stderr_sink_mt>());
    made->set_pattern("%v");
    made->set_level(spdlog::level::info);
    return made;
  }();
  return *instance;
}

struct Append {
  std::string& line;
  void operator()(std::string_view v) const { line.append("\"").append(json_escape(v)).append("\""); }
  void operator()(std::int64_t v) const { line.append(std::to_string(v)); }
  void operator()(std::uint64_t v) const { line.append(std::to_string(v)); }
  void operator()(double v) const { line.append(std::isfinite(v) ? fmt::format("{:.6g}", v) : "null"); }
  void operator()(bool v) const { line.append(v ? "true" : "false"); }
};

}  // namespace

void set_level(Level level) { logger().set_level(to_spdlog(level)); }

bool enabled(Level level) { return logger().should_log(to_spdlog(level)); }

void write(Level level, std::string_view event, Fields fields) {
  if (!enabled(level)) return;
  std::string line;
  line.append("{\"time\":\"").append(rfc3339(SystemClock().now()));
  line.append("\",\"level\":\"").append(level_name(level));
  line.append("\",\"event\":\"").append(json_escape(event)).append("\"");
  for (const Field& field : fields) {
    line.append(",\"").append(json_escape(field.key)).append("\":");
    std::visit(Append{line}, field.value);
  }
  line.push_back('}');
  logger().log(to_spdlog(level), spdlog::string_view_t(line));
}

}  // namespace decima::log
