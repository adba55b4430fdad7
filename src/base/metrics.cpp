#include "base/metrics.hpp"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <map>

namespace decima::metrics {
namespace {

prometheus::Registry& registry() {
  static prometheus::Registry instance;
  return instance;
}

std::map<std::string, std::string> to_map(const Labels& labels) { return {labels.begin(), labels.end()}; }

}  // namespace

void Counter::add(double by) { static_cast<prometheus::Counter*>(handle_)->Increment(by); }
double Counter::value() const { return static_cast<prometheus::Counter*>(handle_)->Value(); }
void Gauge::set(double value) { static_cast<prometheus::Gauge*>(handle_)->Set(value); }
void Gauge::add(double by) { static_cast<prometheus::Gauge*>(handle_)->Increment(by); }
void Histogram::observe(double value) { static_cast<prometheus::Histogram*>(handle_)->Observe(value); }

Counter counter(std::string_view name, std::string_view help, const Labels& labels) {
  auto& family = prometheus::BuildCounter().Name(std::string(name)).Help(std::string(help)).Register(registry());
  Counter made;
  made.handle_ = &family.Add(to_map(labels));
  return made;
}

Gauge gauge(std::string_view name, std::string_view help, const Labels& labels) {
  auto& family = prometheus::BuildGauge().Name(std::string(name)).Help(std::string(help)).Register(registry());
  Gauge made;
  made.handle_ = &family.Add(to_map(labels));
  return made;
}

Histogram histogram(std::string_view name, std::string_view help, std::span<const double> bounds,
                    const Labels& labels) {
  auto& family = prometheus::BuildHistogram().Name(std::string(name)).Help(std::string(help)).Register(registry());
  Histogram made;
  made.handle_ = &family.Add(to_map(labels), std::vector<double>(bounds.begin(), bounds.end()));
  return made;
}

std::span<const double> seconds_bounds() {
  static constexpr double bounds[] = {0.0001, 0.00025, 0.001, 0.0025, 0.01, 0.025, 0.1, 0.25, 1, 2.5, 10, 25, 100};
  return bounds;
}

std::string exposition() { return prometheus::TextSerializer().Serialize(registry().Collect()); }

}  // namespace decima::metrics
