// The list of jobs: what is asked for, page after page, and what cannot be asked for.
#include <gmock/gmock.h>

#include <boost/json/value.hpp>

#include "serving.hpp"

namespace decima::end_to_end {
namespace {

namespace json = boost::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class JobsList : public ServingTest {
 protected:
  void submit(const std::string& kind, int first, int last) {
    std::string batch;
    for (int n = first; n <= last; n++)
      batch +=
          (batch.empty() ? "[" : ",") + (R"({"kind":")" + kind + R"(","arguments":{"n":)") + std::to_string(n) + "}}";
    EXPECT_EQ(post("/api/v1/jobs", batch + "]").status, 200);
  }

  static std::vector<std::string> ids_on(const json::value& page) {
    std::vector<std::string> found;
    for (const json::value& item : page.as_object().at("items").as_array())
      found.emplace_back(item.as_object().at("id").as_string());
    return found;
  }
  std::vector<std::string> ids(const std::string& query) { return ids_on(get("/api/v1/jobs" + query).json()); }

  std::string refusal(const std::string& query) {
    const Reply reply = get("/api/v1/jobs?" + query);
    EXPECT_EQ(reply.status, 400) << query;
    EXPECT_EQ(reply.field("Content-Type"), "application/problem+json");
    return std::string(reply.json().as_object().at("detail").as_string());
  }
};

TEST_F(JobsList, IsEmptyAtFirst) {
  const json::object page = get("/api/v1/jobs").json().as_object();
  EXPECT_TRUE(page.at("items").as_array().empty());
  EXPECT_EQ(page.at("next_cursor"), nullptr);
  EXPECT_EQ(get("/api/v1/jobs").field("Link"), "");
}

TEST_F(JobsList, ShowsJobsAsTheyShowThemselves) {
  compute("5");
  const json::object page = get("/api/v1/jobs").json().as_object();
  EXPECT_EQ(page.at("items").as_array().at(0), get("/api/v1/jobs/factorial-5").json());
}

TEST_F(JobsList, ShowsAKindOrAState) {
  submit("factorial", 1, 2);
  submit("fibonacci", 7, 7);
  for (const char* job : {"factorial-1", "factorial-2", "fibonacci-7"})
    get_until(200, std::string("/api/v1/jobs/") + job + "/digits");
  EXPECT_THAT(ids("?kind=fibonacci"), ElementsAre("fibonacci-7"));
  EXPECT_THAT(ids("?state=done"), ElementsAre("fibonacci-7", "factorial-2", "factorial-1"));
  EXPECT_THAT(ids("?kind=factorial&state=done&limit=1"), ElementsAre("factorial-2"));
  EXPECT_THAT(ids("?state=failed"), IsEmpty());
}

TEST_F(JobsList, GoesOnWhereItEndedHoweverManyAreAdded) {
  submit("factorial", 1, 100);
  std::vector<std::string> seen;
  std::string next = "/api/v1/jobs?kind=factorial&limit=30";
  for (int added = 200; !next.empty(); added++) {
    const Reply page = get(next);
    for (const std::string& id : ids_on(page.json())) seen.push_back(id);
    submit("factorial", added, added);
    const std::string link = page.field("Link");
    const json::value cursor = page.json().as_object().at("next_cursor");
    next = link.empty() ? "" : link.substr(1, link.find('>') - 1);
    EXPECT_EQ(cursor.is_null(), link.empty());
    if (!next.empty()) {
      EXPECT_THAT(link, HasSubstr("cursor=" + std::string(cursor.as_string()) + ">; rel=\"next\""));
    }
  }
  ASSERT_EQ(seen.size(), 100u);
  for (int n = 1; n <= 100; n++) EXPECT_EQ(seen[static_cast<std::size_t>(100 - n)], "factorial-" + std::to_string(n));
  EXPECT_EQ(ids("").size(), 50u);
  EXPECT_EQ(ids("?limit=1000").size(), 104u);
}

TEST_F(JobsList, SaysWhatCannotBeAskedFor) {
  submit("factorial", 1, 3);
  EXPECT_THAT(refusal("kind=nonsense"), HasSubstr("factorial, fibonacci"));
  EXPECT_THAT(refusal("kind="), HasSubstr("factorial"));
  EXPECT_THAT(refusal("state=finished"), HasSubstr("calculating"));
  EXPECT_THAT(refusal("kind=%ff%00"), HasSubstr("factorial")) << "in JSON, whatever was asked";
  EXPECT_THAT(refusal("state=%ed%a0%80"), HasSubstr("calculating"));
  for (const char* limit : {"0", "1001", "-1", "ten", "007", ""})
    EXPECT_THAT(refusal("limit=" + std::string(limit)), HasSubstr("1 to 1000")) << limit;
  const std::string mine(get("/api/v1/jobs?limit=1").json().as_object().at("next_cursor").as_string());
  EXPECT_EQ(ids("?limit=2&cursor=" + mine).size(), 2u);
  for (const std::string& cursor : {std::string("1"), std::string("x"), std::string(), "1" + mine, mine + "0"})
    EXPECT_THAT(refusal("cursor=" + cursor), HasSubstr("cursor")) << cursor;
  EXPECT_THAT(refusal("kind=factorial&cursor=" + mine), HasSubstr("cursor")) << "it belongs to another list";
}

}  // namespace
}  // namespace decima::end_to_end
