#include "core/stage_timer.hpp"

#include <array>
#include <string>
#include <string_view>

#include "base/metrics.hpp"

namespace decima::core {
namespace {

constexpr std::array<std::string_view, 7> names = {"submit", "relay",   "claim", "compute",
                                                   "verify", "publish", "finish"};

struct Figures {
  explicit Figures(std::string_view stage)
      : seconds(metrics::histogram("decima_job_stage_seconds", "How long the stages of a batch of jobs take.",
                                   metrics::seconds_bounds(), {{"stage", std::string(stage)}})),
        jobs(metrics::counter("decima_job_stage_jobs_total", "Jobs that went through a stage, well or not.",
                              {{"stage", std::string(stage)}})) {}
  metrics::Histogram seconds;
  metrics::Counter jobs;
};

template <std::size_t... Places>
std::array<Figures, names.size()> make_figures(std::index_sequence<Places...>) {
  return {Figures(names[Places])...};
}

Figures& figures(Stage stage) {
  static auto all = make_figures(std::make_index_sequence<names.size()>());
  return all[static_cast<std::size_t>(stage)];
}

}  // namespace

StageTimer::~StageTimer() {
  if (jobs_ == 0) return;
  figures(stage_).seconds.observe(watch_.seconds());
  figures(stage_).jobs.add(static_cast<double>(jobs_));
}

}  // namespace decima::core
