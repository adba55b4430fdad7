#include "kinds/kind.hpp"

#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include "http/handlers.hpp"
#include "http/json_text.hpp"
#include "kinds/registry.hpp"

namespace decima::http {
namespace {

namespace json = boost::json;

json::object parameter(const kinds::Parameter& parameter) {
  return {{"name", text(parameter.name)},
          {"description", text(parameter.description)},
          {"minimum", integer(parameter.least)},
          {"maximum", integer(parameter.most)}};
}

json::object sample(const kinds::Kind& kind, const kinds::Sample& sample) {
  json::object shown{{"arguments", arguments(kind, sample.arguments)}};
  if (!sample.text.empty()) shown["digits"] = text(sample.text);
  if (!sample.sha256.empty()) shown["sha256"] = text(sample.sha256);
  return shown;
}

json::object describe(const kinds::Kind& kind) {
  json::array parameters, samples;
  for (const kinds::Parameter& each : kind.parameters) parameters.push_back(parameter(each));
  for (const kinds::Sample& each : kind.samples) samples.push_back(sample(kind, each));
  return {{"name", text(kind.name)},
          {"summary", text(kind.summary)},
          {"parameters", std::move(parameters)},
          {"samples", std::move(samples)}};
}

}  // namespace

Answer list_kinds(const Call&) {
  json::array items;
  for (const kinds::Kind* kind : kinds::all()) items.push_back(describe(*kind));
  return Response::json(200, json::serialize(json::object{{"items", std::move(items)}}));
}

}  // namespace decima::http
