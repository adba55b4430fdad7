#include "app/event_reader.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace decima::app {
namespace {

using testing::ElementsAre;

constexpr std::string_view stream =
    "retry: 2000\nid: 1\ndata: {\"a\":1}\n\n"
    ": still here\n\n"
    "event: x\r\ndata:two\r\ndata: lines\r\n\r\n"
    "data\n\ndata: old\r\rdata: never ended";

TEST(EventReader, GivesTheDataOfEachEventHoweverItIsCut) {
  for (const std::size_t size : {std::size_t{1}, std::size_t{2}, std::size_t{7}, stream.size()}) {
    EventReader reader;
    std::vector<std::string> taken;
    for (std::size_t at = 0; at < stream.size(); at += size)
      EXPECT_TRUE(reader.feed(stream.substr(at, size), [&](const std::string& data) { taken.push_back(data); }));
    EXPECT_THAT(taken, ElementsAre("{\"a\":1}", "two\nlines", "old")) << size;
  }
}

TEST(EventReader, HoldsNoMoreThanAnEventMayHave) {
  EventReader reader;
  const std::string much(400'000, 'x');
  const auto take = [](const std::string&) { FAIL(); };
  EXPECT_TRUE(reader.feed("data: " + much + "\ndata: " + much, take));
  EXPECT_FALSE(reader.feed(much, take));
}

}  // namespace
}  // namespace decima::app
