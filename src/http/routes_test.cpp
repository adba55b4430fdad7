#include "http/routes.hpp"

#include <gtest/gtest.h>

#include <set>

namespace decima::http {
namespace {

class RouterTest : public testing::Test {
 protected:
  Router::Match find(Method method, std::string_view path) {
    EXPECT_TRUE(target_.parse(path));
    return router_.find(method, target_);
  }
  Router router_;
  Target target_;
};

TEST_F(RouterTest, FindsTheRouteAndItsParameter) {
  const auto match = find(Method::get, "/api/v1/jobs/factorial-5/digits");
  ASSERT_NE(match.route, nullptr);
  EXPECT_EQ(match.route->pattern, "/api/v1/jobs/{id}/digits");
  EXPECT_EQ(match.parameter, "factorial-5");
}

TEST_F(RouterTest, AnEmptySegmentIsAParameterToo) {
  const auto match = find(Method::get, "/api/v1/factorial/");
  ASSERT_NE(match.route, nullptr);
  EXPECT_EQ(match.parameter, "");
  EXPECT_NE(match.parameter.data(), nullptr) << "which differs from having none";
  EXPECT_EQ(find(Method::get, "/factorial").parameter.data(), nullptr);
}

TEST_F(RouterTest, HeadIsGets) { EXPECT_EQ(find(Method::head, "/health").route, find(Method::get, "/health").route); }

TEST_F(RouterTest, AnotherMethodsPathTellsWhichItHas) {
  const auto match = find(Method::delete_, "/factorial");
  EXPECT_EQ(match.route, nullptr);
  EXPECT_EQ(match.allow, "POST, GET, HEAD, OPTIONS");
  EXPECT_EQ(match.errors, Shape::envelope);
}

TEST_F(RouterTest, NoPathMatchesNothing) {
  const auto match = find(Method::get, "/api/v1/factorial/1/2");
  EXPECT_EQ(match.route, nullptr);
  EXPECT_EQ(match.allow, "");
}

TEST(Routes, AreNamedOnce) {
  std::set<std::string> seen;
  for (const Route& route : routes()) {
    EXPECT_TRUE(seen.insert(std::string(name(route.method)) + std::string(route.pattern)).second) << route.pattern;
    EXPECT_FALSE(route.summary.empty());
  }
}

TEST(Routes, SayWhatACallerHasToHave) {
  const std::set<std::string_view> open{"/", "/health", "/ready", "/openapi.json", "/swagger", "/swagger/{file}"};
  for (const Route& route : routes()) {
    const Scope expected = open.contains(route.pattern)      ? Scope::open
                           : route.method == Method::get     ? Scope::read
                           : route.method == Method::delete_ ? Scope::admin
                                                             : Scope::submit;
    EXPECT_EQ(route.scope, expected) << name(route.method) << ' ' << route.pattern;
  }
}

TEST(Routes, ThatWatchTheServerAreNotMetered) {
  std::set<std::string_view> free;
  for (const Route& route : routes())
    if (!route.metered) free.insert(route.pattern);
  EXPECT_EQ(free, (std::set<std::string_view>{"/health", "/ready", "/metrics"}));
}

}  // namespace
}  // namespace decima::http
