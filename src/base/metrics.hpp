#pragma once
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// Counters, gauges and histograms, shown in Prometheus's text form. A handle is taken once, where its owner is made,
/// and then costs an atomic addition; metrics live as long as the program.
namespace decima::metrics {

using Labels = std::vector<std::pair<std::string, std::string>>;

class Counter {
 public:
  void add(double by = 1);
  double value() const;

 private:
  friend Counter counter(std::string_view, std::string_view, const Labels&);
  void* handle_ = nullptr;
};

class Gauge {
 public:
  void set(double value);
  void add(double by);

 private:
  friend Gauge gauge(std::string_view, std::string_view, const Labels&);
  void* handle_ = nullptr;
};

class Histogram {
 public:
  void observe(double value);

 private:
  friend Histogram histogram(std::string_view, std::string_view, std::span<const double>, const Labels&);
  void* handle_ = nullptr;
};

/// The same name and labels give the same metric.
Counter counter(std::string_view name, std::string_view help, const Labels& labels = {});
Gauge gauge(std::string_view name, std::string_view help, const Labels& labels = {});
Histogram histogram(std::string_view name, std::string_view help, std::span<const double> bounds,
                    const Labels& labels = {});

/// Seconds, from 100 µs to 100 s: fits requests and stages alike.
std::span<const double> seconds_bounds();

/// All metrics as Prometheus reads them (text/plain; version=0.0.4).
std::string exposition();

}  // namespace decima::metrics
