#include "app/progress_bar.hpp"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>

#include "base/clock.hpp"

namespace decima::app {
namespace {

constexpr std::chrono::milliseconds silent{1000}, between_lines{200};
constexpr int width = 30;

double now() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

std::string show_seconds(double seconds) {
  const auto whole = static_cast<long>(seconds + 0.5);
  char text[32];
  if (whole < 60) {
    std::snprintf(text, sizeof text, "%lds", whole);
  } else {
    std::snprintf(text, sizeof text, "%ldm%02lds", whole / 60, whole % 60);
  }
  return text;
}

}  // namespace

ProgressBar::ProgressBar(const engine::Progress& progress, std::string name, std::uint64_t total)
    : progress_(progress) {
  phase(std::move(name), total);
  if (isatty(STDERR_FILENO)) thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

ProgressBar::~ProgressBar() { end(); }

void ProgressBar::end() {
  if (!thread_.joinable()) return;
  thread_.request_stop();
  thread_.join();
  if (shown_) std::fputs("\r\033[K", stderr);
}

void ProgressBar::phase(std::string name, std::uint64_t total) {
  const std::lock_guard lock(mutex_);
  phase_ = std::move(name);
  start_ = progress_.done();
  total_ = total;
  phase_began_ = now();
}

std::string ProgressBar::line(double seconds) const {
  const std::uint64_t done = progress_.done() - start_;
  if (total_ == 0) return phase_ + " " + show_seconds(seconds);
  const double part = std::min(1.0, static_cast<double>(done) / static_cast<double>(total_));
  const int filled = static_cast<int>(part * width);
  std::string bar = phase_ + " [" + std::string(static_cast<std::size_t>(filled), '#') +
                    std::string(static_cast<std::size_t>(width - filled), '.') + "] ";
  bar += std::to_string(static_cast<int>(part * 100)) + "%";
  if (part > 0.02) bar += ", " + show_seconds(seconds * (1 - part) / part) + " to go";
  return bar;
}

void ProgressBar::run(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  asleep_.wait_for(lock, stop, silent, [] { return false; });
  while (!stop.stop_requested()) {
    shown_ = true;
    std::fprintf(stderr, "\r\033[K%s", line(now() - phase_began_).c_str());
    asleep_.wait_for(lock, stop, between_lines, [] { return false; });
  }
}

}  // namespace decima::app
