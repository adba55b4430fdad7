#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include "base/metrics.hpp"
#include "http/handlers.hpp"
#include "http/json_text.hpp"
#include "http/routes.hpp"

namespace decima::http {
namespace {

namespace json = boost::json;

Response ready(const Call& call) {
  json::object parts;
  bool all = true;
  for (const auto& part : call.service.parts()) {
    all = all && part.state;
    const std::string_view state = part.state ? "ok" : facts(part.state.error().code).name;
    parts.emplace(json::string_view(part.name.data(), part.name.size()), text(state));
  }
  Response response =
      Response::json(all ? 200 : 503, json::serialize(json::object{{"ready", all}, {"parts", std::move(parts)}}));
  if (!all) response.field("Retry-After", "1");
  return response;
}

/// What is only known by asking a store is asked when someone looks.
void measure_stores(const core::Service& service) {
  if (const auto counts = service.counts())
    for (std::size_t i = 0; i < counts->size(); i++)
      metrics::gauge("decima_jobs", "Jobs by state.", {{"state", std::string(name(static_cast<core::State>(i)))}})
          .set(static_cast<double>((*counts)[i]));
  if (const auto depth = service.queue_depth())
    metrics::gauge("decima_queue_depth", "Messages that no worker has taken yet.").set(static_cast<double>(*depth));
}

}  // namespace

Answer show_index(const Call&) {
  json::array links;
  for (const Route& route : routes())
    links.push_back(json::object{
        {"method", text(name(route.method))}, {"path", text(route.pattern)}, {"summary", text(route.summary)}});
  return Response::json(200, json::serialize(json::object{{"service", "Decima"}, {"links", std::move(links)}}));
}

Answer get_health(const Call&) { return Response::json(200, R"({"status":"ok"})"); }

Answer get_ready(const Call& call) {
  return Work{[&call] { return ready(call); }};
}

Answer get_metrics(const Call& call) {
  return Work{[&call] {
    measure_stores(call.service);
    return Response::plain(200, "text/plain; version=0.0.4", metrics::exposition());
  }};
}

}  // namespace decima::http
