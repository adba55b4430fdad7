#pragma once
#include <array>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/metrics.hpp"
#include "http/call.hpp"
#include "http/scope.hpp"

namespace decima::http {

/// A path that this server answers. What a client may ask, which methods a path has, the labels in the metrics and the
/// list of links at / all follow from this table.
struct Route {
  Method method;
  std::string_view pattern;  ///< "/api/v1/jobs/{id}": {...} stands for one whole segment
  Handler handler;
  std::string_view summary;
  Shape errors;
  Scope scope = Scope::admin;  ///< the least that a caller has to have, where credentials are required
  bool metered = true;         ///< counts for the limits of each client
};
std::span<const Route> routes();

/// What is counted of a route's requests.
struct RouteMetrics {
  explicit RouteMetrics(std::string_view method, std::string_view pattern);
  void observe(int status, double seconds);

 private:
  std::array<metrics::Counter, 5> requests_;  // 1xx to 5xx
  metrics::Histogram seconds_;
};

/// Finds the route of a request.
class Router {
 public:
  Router();

  struct Match {
    const Route* route = nullptr;  ///< none: no such path, or not with this method
    RouteMetrics* metrics = nullptr;
    std::string_view parameter;
    std::string allow;              ///< the methods the path has, where the request's is not among them
    Shape errors = Shape::problem;  ///< of the path, whatever the method
  };
  /// HEAD is answered by the route of GET. The match lives as long as the target.
  Match find(Method method, const Target& target);

 private:
  struct Entry {
    const Route* route;
    std::vector<std::string> segments;
    RouteMetrics metrics;
  };
  std::vector<Entry> entries_;
  RouteMetrics unmatched_{"none", "none"};
};

}  // namespace decima::http
