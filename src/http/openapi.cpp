// The contract at /openapi.json. Routes and shapes stand in api/openapi.yaml; what can be asked for is added from the
// kinds, so that a new kind is documented as soon as it is there.
#include "http/openapi.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include <algorithm>
#include <cstdint>
#include <string>

#include "core/priority.hpp"
#include "http/embedded.hpp"
#include "http/handlers.hpp"
#include "http/json_text.hpp"
#include "http/static_text.hpp"
#include "kinds/registry.hpp"

namespace decima::http {
namespace {

namespace json = boost::json;

json::object reference(const std::string& schema) { return {{"$ref", text("#/components/schemas/" + schema)}}; }

/// What most readers and writers of JSON keep exact.
constexpr std::uint64_t largest_number = 1ull << 53;

/// A whole number within the parameter's range, or a string of its digits, as it must be where it is larger.
json::object number_schema(const kinds::Parameter& parameter) {
  json::object number{
      {"type", "integer"}, {"minimum", parameter.least}, {"maximum", std::min(parameter.most, largest_number)}};
  json::object digits{{"type", "string"}, {"pattern", "^(0|[1-9][0-9]*)$"}};
  return {{"description", text(parameter.description)}, {"oneOf", {std::move(number), std::move(digits)}}};
}

json::object example_arguments(const kinds::Kind& kind) {
  return kind.samples.empty() ? json::object() : arguments(kind, kind.samples.back().arguments);
}

json::object priority_schema() {
  return {
      {"type", "integer"},
      {"minimum", 0},
      {"maximum", core::priority_most},
      {"description",
       "Who goes first, the higher the sooner; a job that waits gains one step every ten seconds. Without it 5, or 3 "
       "where the result has more than a million digits, or 7 with Prefer: wait"}};
}

json::object request_schema(const kinds::Kind& kind) {
  json::object properties;
  json::array required;
  for (const kinds::Parameter& parameter : kind.parameters) {
    properties.emplace(std::string(parameter.name), number_schema(parameter));
    required.push_back(text(parameter.name));
  }
  json::object arguments{{"type", "object"},
                         {"required", std::move(required)},
                         {"properties", std::move(properties)},
                         {"additionalProperties", false}};
  return {
      {"type", "object"},
      {"description", text(kind.summary)},
      {"required", {"kind", "arguments"}},
      {"properties",
       {{"kind", {{"const", text(kind.name)}}}, {"arguments", std::move(arguments)}, {"priority", priority_schema()}}},
      {"example", {{"kind", text(kind.name)}, {"arguments", example_arguments(kind)}}}};
}

/// {"factorial": …, …} → Request is one of them, told apart by `kind`; KindName lists their names.
void add_kinds(json::object& schemas) {
  json::array choices, names;
  json::object mapping;
  for (const kinds::Kind* kind : kinds::all()) {
    const std::string name = "Request_" + std::string(kind->name);
    schemas[name] = request_schema(*kind);
    choices.push_back(reference(name));
    names.push_back(text(kind->name));
    mapping[std::string(kind->name)] = text("#/components/schemas/" + name);
  }
  schemas["KindName"] = json::object{{"type", "string"}, {"enum", std::move(names)}};
  schemas["Request"] =
      json::object{{"oneOf", std::move(choices)},
                   {"discriminator", json::object{{"propertyName", "kind"}, {"mapping", std::move(mapping)}}}};
}

/// Each kind's arguments, as parameters of a query.
void add_query_parameters(json::array& parameters) {
  for (const kinds::Kind* kind : kinds::all())
    for (const kinds::Parameter& parameter : kind->parameters) {
      const auto known = [&](const json::value& other) {
        const json::value* name = other.as_object().if_contains("name");
        return name && name->as_string() == json::string_view(parameter.name.data(), parameter.name.size());
      };
      if (std::ranges::any_of(parameters, known)) continue;
      parameters.push_back(
          {{"name", text(parameter.name)},
           {"in", "query"},
           {"description", text("of " + std::string(kind->name) + ": " + std::string(parameter.description))},
           {"schema", reference("Numeral")}});
    }
}

}  // namespace

json::object openapi_document() {
  const std::string_view written = embedded("openapi.json");
  json::object document = json::parse(json::string_view(written.data(), written.size())).as_object();
  add_kinds(document.at("components").at("schemas").as_object());
  add_query_parameters(document.at("paths").at("/api/v1/estimate").at("get").at("parameters").as_array());
  return document;
}

Answer get_openapi(const Call& call) {
  static const StaticText document = StaticText::of("application/json", json::serialize(openapi_document()));
  return static_response(call, document);
}

}  // namespace decima::http
