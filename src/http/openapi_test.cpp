// The server and api/openapi.yaml name the same routes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <fstream>
#include <set>
#include <string>

#include "http/routes.hpp"

namespace decima::http {
namespace {

/// "GET /health" for each operation of the document, read off its indentation: a path stands two spaces in, a method
/// four.
std::set<std::string> documented() {
  std::ifstream file(DECIMA_OPENAPI);
  std::set<std::string> operations;
  std::string path;
  for (std::string line; std::getline(file, line) && !line.starts_with("components:");) {
    const std::size_t indent = line.find_first_not_of(' ');
    const std::size_t colon = line.find(':');
    if (indent == 2 && line[2] == '/') path = line.substr(2, line.rfind(':') - 2);
    if (indent != 4 || path.empty() || colon == std::string::npos) continue;
    std::string method = line.substr(4, colon - 4);
    if (method == "parameters") continue;
    std::transform(method.begin(), method.end(), method.begin(), [](unsigned char c) { return std::toupper(c); });
    operations.insert(method + " " + path);
  }
  return operations;
}

TEST(OpenApi, NamesTheRoutesThatThereAre) {
  std::set<std::string> served;
  for (const Route& route : routes()) served.insert(std::string(name(route.method)) + " " + std::string(route.pattern));
  EXPECT_THAT(documented(), testing::ContainerEq(served));
}

}  // namespace
}  // namespace decima::http
