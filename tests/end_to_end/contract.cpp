#include "contract.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <valijson/adapters/boost_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>

namespace decima::end_to_end {
namespace {

namespace json = boost::json;

/// "GET /health" → "/health", "get".
std::pair<std::string, std::string> parts_of(const std::string& operation) {
  const std::size_t blank = operation.find(' ');
  std::string method = operation.substr(0, blank);
  for (char& c : method) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return {operation.substr(blank + 1), method};
}

/// "text/plain; charset=us-ascii" → "text/plain".
std::string media_type(const Reply& reply) {
  const std::string field = reply.field("Content-Type");
  return field.substr(0, field.find(';'));
}

bool is_json(const std::string& type) { return type.ends_with("json"); }

}  // namespace

std::set<std::string> Contract::operations() const {
  std::set<std::string> all;
  for (const auto& [path, item] : document_.at("paths").as_object())
    for (const auto& [key, operation] : item.as_object()) {
      if (key == "parameters") continue;
      std::string method(key);
      for (char& c : method) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
      all.insert(method + " " + std::string(path));
    }
  return all;
}

const json::object& Contract::responses(const std::string& operation) const {
  const auto [path, method] = parts_of(operation);
  return document_.at("paths").at(path).at(method).at("responses").as_object();
}

std::set<std::string> Contract::statuses(const std::string& operation) const {
  std::set<std::string> all;
  for (const auto& [status, response] : responses(operation)) all.emplace(status);
  return all;
}

const json::object& Contract::resolved(const json::value& part) const {
  const json::value* reference = part.as_object().if_contains("$ref");
  if (!reference) return part.as_object();
  return document_.at_pointer(reference->as_string().subview(1)).as_object();
}

std::vector<std::string> Contract::findings(const std::string& operation, const Reply& reply) const {
  const json::object& all = responses(operation);
  const json::value* documented = all.if_contains(std::to_string(reply.status));
  if (!documented && reply.status >= 400) documented = all.if_contains("default");
  if (!documented) return {"the status " + std::to_string(reply.status) + " is not documented"};
  const json::object& response = resolved(*documented);
  std::vector<std::string> found = header_findings(response, reply);
  for (std::string& finding : body_findings(response, reply)) found.push_back(std::move(finding));
  return found;
}

std::vector<std::string> Contract::header_findings(const json::object& response, const Reply& reply) const {
  std::vector<std::string> found;
  if (reply.field("X-Request-Id").empty()) found.push_back("no X-Request-Id");
  const json::value* headers = response.if_contains("headers");
  if (!headers) return found;
  for (const auto& [name, header] : headers->as_object()) {
    const json::object& facts = resolved(header);
    const std::string value = reply.field(std::string(name));
    if (!value.empty()) {
      for (const std::string& finding : schema_findings(facts.at("schema"), json::value(value)))
        found.push_back(std::string(name) + ": " + finding);
    } else if (facts.contains("required")) {
      found.push_back("no " + std::string(name));
    }
  }
  return found;
}

std::vector<std::string> Contract::body_findings(const json::object& response, const Reply& reply) const {
  const json::value* content = response.if_contains("content");
  if (!content) {
    if (!reply.body.empty()) return {"a body where none is documented"};
    return {};
  }
  const std::string type = media_type(reply);
  const json::value* form = content->as_object().if_contains(type);
  if (!form) return {"the type \"" + type + "\" is not documented"};
  const json::value* schema = form->as_object().if_contains("schema");
  if (!schema) return {};
  json::error_code error;
  const json::value body = is_json(type) ? json::parse(reply.body, error) : json::value(reply.body);
  if (error) return {"the body is not JSON"};
  return schema_findings(*schema, body);
}

std::vector<std::string> Contract::schema_findings(const json::value& schema, const json::value& value) const {
  // References are looked up from the root, so the schema stands beside the components.
  const json::value root = json::object{{"allOf", json::array{schema}}, {"components", document_.at("components")}};
  valijson::Schema parsed;
  valijson::SchemaParser().populateSchema(valijson::adapters::BoostJsonAdapter(root), parsed);
  valijson::ValidationResults results;
  valijson::Validator validator;
  if (validator.validate(parsed, valijson::adapters::BoostJsonAdapter(value), &results)) return {};
  std::vector<std::string> found;
  for (valijson::ValidationResults::Error error; results.popError(error);) {
    std::string place;
    for (const std::string& step : error.context) place += step;
    found.push_back(place + ": " + error.description);
  }
  found.push_back("in " + json::serialize(value).substr(0, 400));
  return found;
}

}  // namespace decima::end_to_end
