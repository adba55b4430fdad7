// The factorial routes in both spellings: every answer in the one envelope, its code equal to the status.
#include <boost/json/value.hpp>

#include "serving.hpp"

namespace decima::end_to_end {
namespace {

namespace json = boost::json;

class Factorial : public ServingTest {
 protected:
  /// The envelope, which must agree with the status line.
  static json::object envelope(const Reply& reply) {
    EXPECT_EQ(reply.field("Content-Type"), "application/json");
    const json::object body = reply.json().as_object();
    EXPECT_EQ(body.at("code").as_int64(), reply.status);
    EXPECT_TRUE(body.contains("status") && body.contains("message") && body.contains("data"));
    return body;
  }
  static std::string message(const Reply& reply) { return std::string(envelope(reply).at("message").as_string()); }
};

TEST_F(Factorial, IsSubmittedThenFound) {
  const Reply submitted = post("/api/v1/factorial", R"({"number":10})");
  EXPECT_EQ(submitted.status, 202);
  EXPECT_EQ(submitted.body,
            R"({"code":202,"status":"ok","message":"submitted","data":{"number":10,"message":"submitted"}})");

  const Reply done = get_until(200, "/api/v1/factorial/10");
  EXPECT_EQ(done.body,
            R"({"code":200,"status":"ok","message":"done","data":{"number":"10","factorial_result":"3628800"}})");
  EXPECT_EQ(get("/factorial?number=10").body, done.body);

  const Reply again = post("/factorial", R"({"number":"10"})");
  EXPECT_EQ(again.status, 200);
  EXPECT_EQ(again.body, R"({"code":200,"status":"ok","message":"done","data":{"number":"10","message":"done"}})");
}

TEST_F(Factorial, OfZeroOneAndTheLargestAreLegal) {
  EXPECT_EQ(post("/factorial", R"({"number":0})").status, 202);
  EXPECT_EQ(post("/factorial", R"({"number":"1"})").status, 202);
  EXPECT_EQ(post("/factorial", R"({"number":20000})").status, 202);
  EXPECT_NE(get_until(200, "/factorial?number=0").body.find(R"("factorial_result":"1")"), std::string::npos);
  EXPECT_NE(get_until(200, "/factorial?number=1").body.find(R"("factorial_result":"1")"), std::string::npos);
  EXPECT_GT(get_until(200, "/factorial?number=20000").body.size(), 77'337u);
}

TEST_F(Factorial, NeverAskedForIsNotFound) {
  const Reply reply = get("/api/v1/factorial/11");
  EXPECT_EQ(reply.status, 404);
  EXPECT_EQ(reply.body, R"({"code":404,"status":"fail","message":"not_found","data":{}})");
  EXPECT_EQ(message(get("/factorial/metadata?number=11")), "need_submit_calculation");
}

/// With a bound that lets in a number which is still being computed when it is asked for.
class LargeFactorial : public ServingTest {
 protected:
  LargeFactorial() : ServingTest({"--factorial-max", "100000000", "--worker-threads", "1", "--kernel", "generic"}) {}
};

TEST_F(LargeFactorial, UnderWayIsCalculating) {
  post("/factorial", R"({"number":30000000})");
  const Reply reply = get("/factorial?number=30000000");
  EXPECT_EQ(reply.status, 202);
  EXPECT_EQ(reply.field("Retry-After"), "1");
  EXPECT_EQ(reply.body, R"({"code":202,"status":"fail","message":"calculating","data":{}})");
}

TEST_F(Factorial, MetadataTellsWhereAndWhat) {
  post("/factorial", R"({"number":"1000"})");
  get_until(200, "/factorial?number=1000");
  const json::object data = envelope(get("/api/v1/factorial/metadata/1000")).at("data").as_object();
  EXPECT_GE(data.at("id").as_int64(), 1);
  EXPECT_EQ(data.at("number").as_int64(), 1000);
  EXPECT_EQ(data.at("s3_key").as_string(), "factorials/1000.txt");
  EXPECT_EQ(data.at("checksum").as_string(), "cc336cf135d690c1105664b3b859db66b940db51cd66cf891fee120584cf7873");
  EXPECT_EQ(data.at("status").as_string(), "done");
  EXPECT_EQ(data.at("bucket").as_string(), "factorial-results");
  EXPECT_EQ(data.at("size").as_int64(), 2568);
  EXPECT_EQ(data.at("created_at").as_string().size(), 24u);
  EXPECT_EQ(data.at("updated_at").as_string().size(), 24u);
  EXPECT_EQ(get(std::string(data.at("download_url").as_string())).body.size(), 2568u);
  EXPECT_FALSE(data.contains("factorial_result"));

  const json::object with = envelope(get("/factorial/metadata?number=1000&include=result")).at("data").as_object();
  EXPECT_EQ(with.at("factorial_result").as_string().size(), 2568u);
}

TEST_F(Factorial, NumbersThatAreNoneAreRefused) {
  const std::pair<const char*, const char*> cases[] = {
      {"20001", "number exceeds maximum allowed value of 20000"},
      {"1000000000000000000000000000000", "number exceeds maximum allowed value of 20000"},
      {"-1", "number must be non-negative"},
      {"1.5", "invalid number format"},
      {"1e3", "invalid number format"},
      {"0x10", "invalid number format"},
      {"%205", "invalid number format"},
      {"", "invalid number format"},
      {"abc", "invalid number format"},
      {"007", "invalid number format"},
      {"+5", "invalid number format"},
      {"%00", "invalid number format"},
      {"%ff", "invalid number format"},
  };
  for (const auto& [number, text] : cases)
    for (const char* target :
         {"/api/v1/factorial/", "/factorial?number=", "/api/v1/factorial/metadata/", "/factorial/metadata?number="}) {
      const Reply reply = get(target + std::string(number));
      EXPECT_EQ(reply.status, 400) << target << number;
      EXPECT_TRUE(message(reply).starts_with(text)) << target << number << ": " << reply.body;
      EXPECT_EQ(envelope(reply).at("data").as_object().at("error").as_string(), "fail");
    }
}

TEST_F(Factorial, BodiesThatAskForNoNumberAreRefused) {
  const std::pair<const char*, const char*> cases[] = {
      {R"({"number":20001})", "number exceeds maximum allowed value of 20000"},
      {R"({"number":"20001"})", "number exceeds maximum allowed value of 20000"},
      {R"({"number":1000000000000000000000000000000})", "number exceeds maximum allowed value of 20000"},
      {R"({"number":"1000000000000000000000000000000"})", "number exceeds maximum allowed value of 20000"},
      {R"({"number":-1})", "number must be non-negative"},
      {R"({"number":"-1"})", "number must be non-negative"},
      {R"({"number":1.5})", "invalid number format"},
      {R"({"number":1e3})", "invalid number format"},
      {R"({"number":"1e3"})", "invalid number format"},
      {R"({"number":"0x10"})", "invalid number format"},
      {R"({"number":0x10})", "the body is not valid JSON"},
      {R"({"number":" 5"})", "invalid number format"},
      {R"({"number":""})", "invalid number format"},
      {R"({"number":"abc"})", "invalid number format"},
      {R"({"number":"007"})", "invalid number format"},
      {R"({"number":007})", "the body is not valid JSON"},
      {R"({"number":[10]})", "invalid number format"},
      {R"({"number":{"n":1}})", "invalid number format"},
      {R"({"number":true})", "invalid number format"},
      {R"({"number":null})", "number is missing"},
      {R"({})", "number is missing"},
      {R"({"n":5})", "number is missing"},
      {R"([10])", "the body must be a JSON object"},
      {R"(10)", "the body must be a JSON object"},
      {R"({"number":10)", "the body is not valid JSON"},
      {R"({"number":10}})", "the body is not valid JSON"},
      {"\xff\xfe", "the body is not valid JSON"},
      {"", "a JSON body is missing"},
  };
  for (const auto& [body, text] : cases)
    for (const char* target : {"/api/v1/factorial", "/factorial"}) {
      const Reply reply = post(target, body);
      EXPECT_EQ(reply.status, 400) << body;
      EXPECT_TRUE(message(reply).starts_with(text)) << body << ": " << reply.body;
    }
  EXPECT_EQ(jobs(), 0) << "a refused request left a row behind";
}

TEST_F(Factorial, BodiesOfTheWrongTypeAreRefused) {
  for (const char* type : {"text/plain", "application/x-www-form-urlencoded", "application/jsonx", "json"}) {
    const Reply reply = ask(address(), {"POST", "/factorial", R"({"number":3})", {{"Content-Type", type}}});
    EXPECT_EQ(reply.status, 415) << type;
    EXPECT_TRUE(message(reply).starts_with("the body must be JSON")) << reply.body;
  }
  for (const char* type : {"application/json; charset=utf-8", "Application/JSON", "application/vnd.decima+json"})
    EXPECT_LT(ask(address(), {"POST", "/factorial", R"({"number":3})", {{"Content-Type", type}}}).status, 300) << type;
  Client untyped(address());
  untyped.send("POST /factorial HTTP/1.1\r\nHost: h\r\nContent-Length: 12\r\n\r\n{\"number\":3}");
  EXPECT_LT(untyped.receive().status, 300);
}

TEST_F(Factorial, DeepAndHugeBodiesAreRefused) {
  const Reply deep = post("/factorial", R"({"number":)" + std::string(100'000, '[') + std::string(100'000, ']') + "}");
  EXPECT_EQ(deep.status, 400);
  EXPECT_EQ(message(deep), "the body is nested deeper than 32");

  const Reply huge = post("/factorial", R"({"number":")" + std::string(10 << 20, '1') + "\"}");
  EXPECT_EQ(huge.status, 413);
  EXPECT_EQ(message(huge), "at most 1048576 bytes");
  EXPECT_EQ(jobs(), 0);
}

TEST_F(Factorial, OtherMethodsAreNotAllowed) {
  const Reply reply = ask(address(), {"DELETE", "/api/v1/factorial/10", {}, {}});
  EXPECT_EQ(reply.status, 405);
  EXPECT_EQ(reply.field("Allow"), "GET, HEAD, OPTIONS");
  EXPECT_FALSE(message(reply).empty());
  const Reply both = ask(address(), {"PUT", "/factorial", {}, {}});
  EXPECT_EQ(both.status, 405);
  EXPECT_EQ(both.field("Allow"), "POST, GET, HEAD, OPTIONS");
  EXPECT_EQ(message(both), "PUT is not among this path's methods: POST, GET, HEAD, OPTIONS");
}

}  // namespace
}  // namespace decima::end_to_end
