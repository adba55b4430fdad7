#include "http/target.hpp"

#include <gtest/gtest.h>

namespace decima::http {
namespace {

TEST(Target, IsTakenApartAndDecoded) {
  // A view into the middle of a line, as the parser gives it.
  const std::string_view line = "GET /api/v1/a%20b/?number=1%2b1&x=a+b&empty=&alone HTTP/1.1";
  Target target;
  ASSERT_TRUE(target.parse(line.substr(4, line.rfind(' ') - 4)));
  ASSERT_EQ(target.size(), 4u);
  EXPECT_EQ(target.segment(2), "a b");
  EXPECT_EQ(target.segment(3), "");
  EXPECT_EQ(target.query("number"), "1+1");
  EXPECT_EQ(target.query("x"), "a b");
  EXPECT_EQ(target.query("empty"), "");
  EXPECT_EQ(target.query("alone"), "");
  EXPECT_EQ(target.query("absent"), std::nullopt);
}

TEST(Target, IsUsedForOneRequestAfterAnother) {
  Target target;
  ASSERT_TRUE(target.parse("/a/b?c=d"));
  ASSERT_TRUE(target.parse("/"));
  EXPECT_EQ(target.size(), 0u);
  EXPECT_EQ(target.query("c"), std::nullopt);
}

TEST(Target, MayNameSchemeAndHost) {
  Target target;
  ASSERT_TRUE(target.parse("http://decima.test:8080/health"));
  EXPECT_EQ(target.segment(0), "health");
  ASSERT_TRUE(target.parse("http://decima.test?a=b")) << "whose path is /";
  EXPECT_EQ(target.size(), 0u);
  EXPECT_EQ(target.query("a"), "b");
}

TEST(Target, ThatIsNoPathIsRefused) {
  Target target;
  for (const char* text :
       {"", "*", "health", "/%zz", "/a b", "/\x80", "decima.test:80", "mailto:x", "mailto:", "/1/2/3/4/5/6/7/8/9"})
    EXPECT_FALSE(target.parse(text)) << text;
}

}  // namespace
}  // namespace decima::http
