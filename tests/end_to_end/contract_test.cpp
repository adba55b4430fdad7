// The server and its document (api/openapi.yaml) are held to each other: every operation and status has a case here,
// and each answer is of the documented type and shape.
#include <gmock/gmock.h>

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <cctype>
#include <fstream>
#include <map>
#include <optional>
#include <regex>

#include "contract.hpp"
#include "serving.hpp"

namespace decima::end_to_end {
namespace {

namespace json = boost::json;
using Fields = std::vector<std::pair<std::string, std::string>>;

/// A request whose answer must have this status, and be as its operation documents it.
struct Case {
  std::string operation;
  int status;
  std::string target;
  std::string body = {};
  Fields fields = {};

  Ask ask() const { return {operation.substr(0, operation.find(' ')), target, body, fields}; }
};

constexpr const char* job = "/api/v1/jobs/{id}";

/// Finished: 1000 and 15000. Waiting behind a long one: 2000001. Given up: 2000002.
const std::vector<Case>& cases() {
  static const std::string jobs = "/api/v1/jobs", done = jobs + "/factorial-1000",
                           waiting = jobs + "/factorial-2000001", unknown = jobs + "/factorial-7",
                           malformed = jobs + "/factorial-007";
  static const std::vector<Case> all = {
      {"GET /api/v1/kinds", 200, "/api/v1/kinds"},
      {"GET /api/v1/estimate", 200, "/api/v1/estimate?kind=factorial&n=10000000"},
      {"GET /api/v1/estimate", 200, "/api/v1/estimate?kind=factorial&n=6227020800"},
      {"GET /api/v1/estimate", 400, "/api/v1/estimate?kind=factorial"},
      {"GET /api/v1/estimate", 404, "/api/v1/estimate?kind=nonsense&n=1"},

      {"GET /api/v1/jobs", 200, jobs + "?kind=factorial&limit=1"},
      {"GET /api/v1/jobs", 400, jobs + "?limit=0"},
      {"POST /api/v1/jobs", 200, jobs, R"({"kind":"factorial","arguments":{"n":1000}})"},
      {"POST /api/v1/jobs", 200, jobs,
       R"([{"kind":"factorial","arguments":{"n":1000}},{"kind":"nonsense","arguments":{}}])"},
      {"POST /api/v1/jobs", 202, jobs, R"({"kind":"factorial","arguments":{"n":"2000001"}})"},
      {"POST /api/v1/jobs", 400, jobs, "{"},
      {"POST /api/v1/jobs", 404, jobs, R"({"kind":"nonsense","arguments":{"n":1}})"},
      {"POST /api/v1/jobs", 415, jobs, "n=1000", {{"Content-Type", "text/plain"}}},
      {"POST /api/v1/jobs", 422, jobs, R"({"kind":"factorial","arguments":{"n":6227020800}})"},
      {"GET /api/v1/jobs/{id}", 200, done},
      {"GET /api/v1/jobs/{id}", 200, waiting},
      {"GET /api/v1/jobs/{id}", 400, malformed},
      {"GET /api/v1/jobs/{id}", 404, unknown},
      {"DELETE /api/v1/jobs/{id}", 200, done},
      {"DELETE /api/v1/jobs/{id}", 400, malformed},
      {"DELETE /api/v1/jobs/{id}", 404, unknown},
      {"GET /api/v1/jobs/{id}/certificate", 200, done + "/certificate"},
      {"GET /api/v1/jobs/{id}/certificate", 400, malformed + "/certificate"},
      {"GET /api/v1/jobs/{id}/certificate", 404, unknown + "/certificate"},
      {"GET /api/v1/jobs/{id}/certificate", 409, waiting + "/certificate"},
      {"GET /api/v1/jobs/{id}/events", 200, done + "/events"},
      {"GET /api/v1/jobs/{id}/events", 400, malformed + "/events"},
      {"GET /api/v1/jobs/{id}/events", 404, unknown + "/events"},
      {"GET /api/v1/jobs/{id}/digits", 200, done + "/digits"},
      {"GET /api/v1/jobs/{id}/digits", 200, done + "/digits?trailing=7"},
      {"GET /api/v1/jobs/{id}/digits", 206, done + "/digits", "", {{"Range", "bytes=0-9"}}},
      {"GET /api/v1/jobs/{id}/digits", 206, done + "/digits", "", {{"Range", "bytes=0-9,20-29"}}},
      {"GET /api/v1/jobs/{id}/digits", 304, done + "/digits", "", {{"If-None-Match", "*"}}},
      {"GET /api/v1/jobs/{id}/digits", 400, done + "/digits?from=x"},
      {"GET /api/v1/jobs/{id}/digits", 404, unknown + "/digits"},
      {"GET /api/v1/jobs/{id}/digits", 409, waiting + "/digits"},
      {"GET /api/v1/jobs/{id}/digits", 412, done + "/digits", "", {{"If-Match", "\"x\""}}},
      {"GET /api/v1/jobs/{id}/digits", 416, done + "/digits", "", {{"Range", "bytes=5000-"}}},

      {"POST /api/v1/factorial", 200, "/api/v1/factorial", R"({"number":"1000"})"},
      {"POST /api/v1/factorial", 202, "/api/v1/factorial", R"({"number":2000001})"},
      {"POST /api/v1/factorial", 400, "/api/v1/factorial", R"({"number":-1})"},
      {"POST /api/v1/factorial", 415, "/api/v1/factorial", "n", {{"Content-Type", "text/plain"}}},
      {"GET /api/v1/factorial/{number}", 200, "/api/v1/factorial/1000"},
      {"GET /api/v1/factorial/{number}", 202, "/api/v1/factorial/2000001"},
      {"GET /api/v1/factorial/{number}", 400, "/api/v1/factorial/1e3"},
      {"GET /api/v1/factorial/{number}", 404, "/api/v1/factorial/7"},
      {"GET /api/v1/factorial/{number}", 409, "/api/v1/factorial/2000002"},
      {"GET /api/v1/factorial/metadata/{number}", 200, "/api/v1/factorial/metadata/1000?include=result"},
      {"GET /api/v1/factorial/metadata/{number}", 200, "/api/v1/factorial/metadata/2000001"},
      {"GET /api/v1/factorial/metadata/{number}", 400, "/api/v1/factorial/metadata/1e3"},
      {"GET /api/v1/factorial/metadata/{number}", 404, "/api/v1/factorial/metadata/7"},
      {"POST /factorial", 200, "/factorial", R"({"number":"1000"})"},
      {"POST /factorial", 202, "/factorial", R"({"number":2000001})"},
      {"POST /factorial", 400, "/factorial", R"({})"},
      {"POST /factorial", 415, "/factorial", "n", {{"Content-Type", "text/plain"}}},
      {"GET /factorial", 200, "/factorial?number=1000"},
      {"GET /factorial", 202, "/factorial?number=2000001"},
      {"GET /factorial", 400, "/factorial"},
      {"GET /factorial", 404, "/factorial?number=7"},
      {"GET /factorial", 409, "/factorial?number=2000002"},
      {"GET /factorial/metadata", 200, "/factorial/metadata?number=1000"},
      {"GET /factorial/metadata", 400, "/factorial/metadata"},
      {"GET /factorial/metadata", 404, "/factorial/metadata?number=7"},

      {"GET /openapi.json", 200, "/openapi.json"},
      {"GET /openapi.json", 304, "/openapi.json", "", {{"If-None-Match", "*"}}},
      {"GET /openapi.json", 412, "/openapi.json", "", {{"If-Match", "\"x\""}}},
      {"GET /swagger", 308, "/swagger"},
      {"GET /swagger/{file}", 200, "/swagger/index.html"},
      {"GET /swagger/{file}", 200, "/swagger/initializer.js"},
      {"GET /swagger/{file}", 200, "/swagger/swagger-ui-bundle.js"},
      {"GET /swagger/{file}", 200, "/swagger/swagger-ui.css", "", {{"Accept-Encoding", "gzip"}}},
      {"GET /swagger/{file}", 200, "/swagger/favicon-32x32.png"},
      {"GET /swagger/{file}", 304, "/swagger/index.html", "", {{"If-None-Match", "*"}}},
      {"GET /swagger/{file}", 404, "/swagger/absent.js"},
      {"GET /swagger/{file}", 412, "/swagger/index.html", "", {{"If-Match", "\"x\""}}},
      {"GET /", 200, "/"},
      {"GET /health", 200, "/health"},
      {"GET /ready", 200, "/ready"},
      {"GET /metrics", 200, "/metrics"},
  };
  return all;
}

/// These need a server that something was done to, or have no HEAD; each has a test of its own below.
const std::set<std::string> apart = {"GET /api/v1/jobs/{id}/digits 503", "GET /ready 503",
                                     "GET /api/v1/jobs/{id}/events 101", "GET /api/v1/jobs/{id}/events 403",
                                     "GET /api/v1/jobs/{id}/events 426"};

/// Any path that the operation's pattern fits.
std::string path_for(const std::string& operation) {
  return std::regex_replace(operation.substr(operation.find(' ') + 1), std::regex("[{].*?[}]"), "1");
}

/// Whether the document says that the operation never takes credentials.
bool open_to_all(const json::value& document, const std::string& operation) {
  std::string method = operation.substr(0, operation.find(' '));
  std::transform(method.begin(), method.end(), method.begin(), [](unsigned char c) { return std::tolower(c); });
  const json::object& path = document.at("paths").at(operation.substr(operation.find(' ') + 1)).as_object();
  const json::value* security = path.at(method).as_object().if_contains("security");
  return security && security->as_array().empty();
}

class Contracts : public ServingTest {
 protected:
  Contracts() : ServingTest({"--factorial-max", "3000000", "--worker-threads", "1", "--kernel", "generic"}) {}

  void SetUp() override { contract_.emplace(get("/openapi.json").json()); }

  Reply check(const Case& each) const {
    Reply reply = end_to_end::ask(address(), each.ask());
    const std::string what = each.operation + " as " + each.target;
    EXPECT_EQ(reply.status, each.status) << what << ": " << reply.body.substr(0, 300);
    for (const std::string& finding : contract_->findings(each.operation, reply))
      ADD_FAILURE() << what << ": " << finding;
    return reply;
  }

  /// HEAD tells what GET would, without the body; only GET knows ranges.
  void check_head(const Case& each, const Reply& of_get) const {
    Ask ask = each.ask();
    for (const auto& [name, value] : ask.fields)
      if (name == "Range") return;
    ask.method = "HEAD";
    const Reply reply = end_to_end::ask(address(), ask);
    EXPECT_EQ(reply.status, each.status) << "HEAD " << each.target;
    for (const char* field : {"Content-Type", "ETag", "Location"})
      EXPECT_EQ(reply.field(field), of_get.field(field)) << "HEAD " << each.target;
  }

  std::optional<Contract> contract_;
};

TEST_F(Contracts, EveryStatusHasACase) {
  std::set<std::string> covered = apart, documented;
  for (const Case& each : cases()) covered.insert(each.operation + " " + std::to_string(each.status));
  for (const std::string& operation : contract_->operations()) {
    for (const std::string& status : contract_->statuses(operation)) documented.insert(operation + " " + status);
    covered.insert(operation + " default");  // ErrorsOfAnyRoute asks for those
  }
  for (const std::string& line : documented)
    if (!covered.contains(line)) ADD_FAILURE() << line << " is in api/openapi.yaml and has no case here";
  for (const std::string& line : covered)
    if (!documented.contains(line)) ADD_FAILURE() << line << " has a case here and is not in api/openapi.yaml";
}

TEST_F(Contracts, TheDocumentNamesTheRoutesThatThereAre) {
  std::set<std::string> served;
  const json::value index = get("/").json();
  for (const json::value& link : index.at("links").as_array())
    served.insert(std::string(link.at("method").as_string()) + " " + std::string(link.at("path").as_string()));
  EXPECT_THAT(contract_->operations(), testing::ContainerEq(served));
}

TEST_F(Contracts, AnswersAreAsDocumented) {
  compute("1000");
  for (const char* n : {"30000000", "2000001", "2000002"})  // the first holds the lane for large jobs
    ASSERT_EQ(post("/api/v1/jobs", std::string(R"({"kind":"factorial","arguments":{"n":)") + n + "}}").status, 202);
  check({std::string("DELETE ") + job, 200, "/api/v1/jobs/factorial-2000002"});
  for (const Case& each : cases()) {
    const Reply reply = check(each);
    if (each.operation.starts_with("GET ")) check_head(each, reply);
  }
  for (const char* n : {"2000001", "30000000"})
    check({std::string("DELETE ") + job, 200, std::string("/api/v1/jobs/factorial-") + n});
}

TEST_F(Contracts, ErrorsOfAnyRouteHaveItsForm) {
  for (const std::string& operation : contract_->operations())
    check({operation, 431, path_for(operation), "", {{"X-Long", std::string(20'000, 'x')}}});
}

TEST(ContractOfKeys, WhoHasNoneIsAnsweredInTheRoutesForm) {
  const program::Folder folder;
  ASSERT_EQ(program::run({"key", "new", "mine", "--api-keys-file", folder / "keys"}).status, 0);
  const program::Server server(folder / "data", {"--api-keys-file", folder / "keys"});
  const json::value document = get(server.address(), "/openapi.json").json();
  const Contract contract(document);
  int refused = 0;
  for (const std::string& operation : contract.operations()) {
    const Reply reply = ask(server.address(), {operation.substr(0, operation.find(' ')), path_for(operation), "", {}});
    refused += reply.status == 401;
    EXPECT_EQ(reply.status != 401, open_to_all(document, operation)) << operation;
    if (reply.status != 401) continue;
    for (const std::string& finding : contract.findings(operation, reply))
      ADD_FAILURE() << operation << ": " << finding;
  }
  EXPECT_GT(refused, 10);
}

TEST_F(Contracts, OptionsTellsTheDocumentedMethods) {
  std::map<std::string, std::set<std::string>> methods;
  for (const std::string& operation : contract_->operations()) {
    const std::string method = operation.substr(0, operation.find(' ')), path = path_for(operation);
    methods[path].insert(method);
    if (method == "GET") methods[path].insert("HEAD");
  }
  for (auto& [path, expected] : methods) {
    expected.insert("OPTIONS");
    const Reply reply = end_to_end::ask(address(), {"OPTIONS", path, "", {}});
    EXPECT_EQ(reply.status, 204) << path;
    std::set<std::string> allowed;
    const std::string list = reply.field("Allow");
    const std::regex word("[A-Z]+");
    for (std::sregex_iterator at(list.begin(), list.end(), word), end; at != end; ++at) allowed.insert(at->str());
    EXPECT_THAT(allowed, testing::ContainerEq(expected)) << path;
  }
}

TEST_F(Contracts, EveryKindsExampleIsAccepted) {
  const json::value document = get("/openapi.json").json();
  const json::value& request = document.at_pointer("/components/schemas/Request");
  for (const json::value& choice : request.at("oneOf").as_array()) {
    const json::value& schema = document.at_pointer(choice.at("$ref").as_string().subview(1));
    const Reply reply = post("/api/v1/jobs", json::serialize(schema.at("example")));
    EXPECT_TRUE(reply.status == 200 || reply.status == 202) << reply.body;
    for (const std::string& finding : contract_->findings("POST /api/v1/jobs", reply)) ADD_FAILURE() << finding;
  }
}

TEST_F(Contracts, DamagedDigitsAreAnsweredAsDocumented) {
  errors_expected_ = true;
  compute("20000");  // a file of its own
  std::fstream file((folder_ / "data") / "results" / "factorials" / "20000.txt", std::ios::in | std::ios::out);
  file.put('0');
  file.close();
  check({"GET /api/v1/jobs/{id}/digits", 503, "/api/v1/jobs/factorial-20000/digits"});
}

TEST_F(Contracts, WhatIsAwayIsAnsweredAsDocumented) {
  errors_expected_ = true;
  std::filesystem::remove_all((folder_ / "data") / "results");
  check({"GET /ready", 503, "/ready"});
}

TEST_F(Contracts, HandshakesOfWebSocketsAreAnsweredAsDocumented) {
  compute("1000");
  const auto shake = [this](int status, const std::string& version, const std::string& origin) {
    check({"GET /api/v1/jobs/{id}/events",
           status,
           "/api/v1/jobs/factorial-1000/events",
           "",
           {{"Upgrade", "websocket"},
            {"Connection", "Upgrade"},
            {"Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="},
            {"Sec-WebSocket-Version", version},
            {"Origin", origin}}});
  };
  shake(101, "13", "http://localhost");
  shake(403, "13", "http://elsewhere.test");
  shake(426, "8", "http://localhost");
}

TEST_F(Contracts, SwaggerComesPackedOrPlainAndIsTheSame) {
  const std::string target = "/swagger/swagger-ui-bundle.js";
  const Reply plain = get(target),
              packed = end_to_end::ask(address(), {"GET", target, "", {{"Accept-Encoding", "gzip"}}});
  EXPECT_EQ(plain.field("Content-Encoding"), "");
  EXPECT_EQ(packed.field("Content-Encoding"), "gzip");
  EXPECT_NE(plain.field("ETag"), packed.field("ETag"));
  EXPECT_EQ(packed.field("Vary"), "Accept-Encoding");
  EXPECT_THAT(plain.body, testing::HasSubstr("SwaggerUIBundle"));
  EXPECT_EQ(unzipped(packed.body), plain.body);
}

}  // namespace
}  // namespace decima::end_to_end
