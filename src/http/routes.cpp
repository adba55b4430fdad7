#include "http/routes.hpp"

#include "base/text.hpp"
#include "http/handlers.hpp"

namespace decima::http {
namespace {

/// What watches this server must not run into a limit that is meant for its clients.
constexpr bool unmetered = false;

constexpr Route table[] = {
    {Method::post, "/api/v1/factorial", submit_factorial, "Ask for a factorial", Shape::envelope, Scope::submit},
    {Method::get, "/api/v1/factorial/{number}", get_factorial, "A factorial's digits", Shape::envelope, Scope::read},
    {Method::get, "/api/v1/factorial/metadata/{number}", get_factorial_metadata,
     "Where a factorial is stored, and its checksum", Shape::envelope, Scope::read},
    {Method::post, "/factorial", submit_factorial, "Ask for a factorial", Shape::envelope, Scope::submit},
    {Method::get, "/factorial", get_factorial, "A factorial's digits, by ?number=", Shape::envelope, Scope::read},
    {Method::get, "/factorial/metadata", get_factorial_metadata,
     "Where a factorial is stored, and its checksum, by ?number=", Shape::envelope, Scope::read},

    {Method::get, "/api/v1/kinds", list_kinds, "What can be computed", Shape::problem, Scope::read},
    {Method::get, "/api/v1/estimate", get_estimate, "What a job would cost, by ?kind= and its arguments",
     Shape::problem, Scope::read},
    {Method::post, "/api/v1/jobs", submit_job, "Ask for a result, or for up to 1,000", Shape::problem, Scope::submit},
    {Method::get, "/api/v1/jobs/{id}", get_job, "How a job stands", Shape::problem, Scope::read},
    {Method::delete_, "/api/v1/jobs/{id}", cancel_job, "Give a job up", Shape::problem, Scope::admin},
    {Method::get, "/api/v1/jobs/{id}/certificate", get_job_certificate, "What a finished job was checked against",
     Shape::problem, Scope::read},
    {Method::get, "/api/v1/jobs/{id}/digits", get_job_digits, "A finished job's digits as text", Shape::problem,
     Scope::read},

    {Method::get, "/openapi.json", get_openapi, "This API as an OpenAPI document", Shape::problem, Scope::open},
    {Method::get, "/swagger", redirect_to_swagger, "Leads to /swagger/index.html", Shape::problem, Scope::open},
    {Method::get, "/swagger/{file}", get_swagger_file, "This API as a page, by Swagger UI", Shape::problem,
     Scope::open},

    {Method::get, "/", show_index, "This list", Shape::problem, Scope::open},
    {Method::get, "/health", get_health, "Whether this process answers", Shape::problem, Scope::open, unmetered},
    {Method::get, "/ready", get_ready, "Whether all it needs answers", Shape::problem, Scope::open, unmetered},
    {Method::get, "/metrics", get_metrics, "Measurements in Prometheus's text form", Shape::problem, Scope::read,
     unmetered},
};

std::vector<std::string> segments_of(std::string_view pattern) {
  std::vector<std::string> segments;
  if (pattern == "/") return segments;
  for (const std::string_view segment : split(pattern.substr(1), '/')) segments.emplace_back(segment);
  return segments;
}

/// Whether the target has the pattern's form; what stands for {...} goes to `parameter`.
bool fits(const std::vector<std::string>& pattern, const Target& target, std::string_view& parameter) {
  if (pattern.size() != target.size()) return false;
  for (std::size_t i = 0; i < pattern.size(); i++) {
    if (pattern[i].starts_with('{'))
      parameter = target.segment(i);
    else if (pattern[i] != target.segment(i))
      return false;
  }
  return true;
}

std::string label(std::size_t status_class) { return std::to_string(status_class) + "xx"; }

}  // namespace

std::span<const Route> routes() { return table; }

RouteMetrics::RouteMetrics(std::string_view method, std::string_view pattern)
    : seconds_(metrics::histogram("decima_http_request_seconds", "From a request's last byte to its response's.",
                                  metrics::seconds_bounds(),
                                  {{"method", std::string(method)}, {"route", std::string(pattern)}})) {
  for (std::size_t i = 0; i < requests_.size(); i++)
    requests_[i] =
        metrics::counter("decima_http_requests_total", "Requests answered.",
                         {{"method", std::string(method)}, {"route", std::string(pattern)}, {"status", label(i + 1)}});
}

void RouteMetrics::observe(int status, double seconds) {
  requests_[static_cast<std::size_t>(status / 100 - 1)].add();
  seconds_.observe(seconds);
}

Router::Router() {
  for (const Route& route : table)
    entries_.push_back({&route, segments_of(route.pattern), RouteMetrics(name(route.method), route.pattern)});
}

Router::Match Router::find(Method method, const Target& target) {
  const Method wanted = method == Method::head ? Method::get : method;
  Match match;
  match.metrics = &unmatched_;
  for (Entry& entry : entries_) {
    std::string_view parameter;
    if (!fits(entry.segments, target, parameter)) continue;
    match.errors = entry.route->errors;
    if (entry.route->method == wanted) return {entry.route, &entry.metrics, parameter, {}, match.errors};
    match.allow.append(name(entry.route->method)).append(entry.route->method == Method::get ? ", HEAD, " : ", ");
  }
  if (!match.allow.empty()) match.allow.append("OPTIONS");
  return match;
}

}  // namespace decima::http
