// The document names the routes that there are, everything it refers to, and every kind.
#include "http/openapi.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/value.hpp>
#include <set>
#include <string>

#include "http/routes.hpp"
#include "kinds/registry.hpp"

namespace decima::http {
namespace {

namespace json = boost::json;

std::set<std::string> documented() {
  std::set<std::string> operations;
  const json::object document = openapi_document();
  for (const auto& [path, item] : document.at("paths").as_object())
    for (const auto& [key, operation] : item.as_object()) {
      if (key == "parameters") continue;
      std::string method(key);
      for (char& c : method) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
      operations.insert(method + " " + std::string(path));
    }
  return operations;
}

TEST(OpenApi, NamesTheRoutesThatThereAre) {
  std::set<std::string> served;
  for (const Route& route : routes()) served.insert(std::string(name(route.method)) + " " + std::string(route.pattern));
  EXPECT_THAT(documented(), testing::ContainerEq(served));
}

void expect_references_lead_somewhere(const json::value& whole, const json::value& part) {
  if (part.is_array())
    for (const json::value& element : part.as_array()) expect_references_lead_somewhere(whole, element);
  if (!part.is_object()) return;
  for (const auto& [key, value] : part.as_object()) {
    boost::json::error_code error;
    if (key == "$ref") {
      EXPECT_NE(whole.find_pointer(value.as_string().subview(1), error), nullptr) << value;
    }
    expect_references_lead_somewhere(whole, value);
  }
}

TEST(OpenApi, RefersToWhatItHolds) {
  const json::value document = openapi_document();
  expect_references_lead_somewhere(document, document);
}

TEST(OpenApi, DescribesEveryKindAndItsParameters) {
  const json::object document = openapi_document();
  const json::object& schemas = document.at("components").at("schemas").as_object();
  const json::array& query = document.at("paths").at("/api/v1/estimate").at("get").at("parameters").as_array();
  for (const kinds::Kind* kind : kinds::all()) {
    const json::value& request = schemas.at("Request_" + std::string(kind->name));
    for (const kinds::Parameter& parameter : kind->parameters) {
      const json::value& number =
          request.at("properties").at("arguments").at("properties").at(std::string(parameter.name)).at("oneOf").at(0);
      EXPECT_EQ(number.at("maximum").to_number<std::uint64_t>(), std::min<std::uint64_t>(parameter.most, 1ull << 53))
          << kind->name;
      EXPECT_EQ(std::ranges::count_if(query,
                                      [&](const json::value& each) {
                                        const json::object& object = each.as_object();
                                        return object.contains("name") &&
                                               object.at("name").as_string() == std::string(parameter.name).c_str();
                                      }),
                1)
          << parameter.name;
    }
  }
}

}  // namespace
}  // namespace decima::http
