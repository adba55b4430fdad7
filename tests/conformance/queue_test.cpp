// What every queue must do, whatever carries the messages.
#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <set>

#include "adapters/queue/memory.hpp"
#include "base/test_threads.hpp"
#include "check.hpp"

namespace decima::conformance {
namespace {

using core::Delivery;
using core::Message;
using std::chrono::milliseconds;
using std::chrono::seconds;

struct QueueAdapter {
  std::string name;
  std::function<std::unique_ptr<core::Queue>()> make;
};
void PrintTo(const QueueAdapter& adapter, std::ostream* out) { *out << adapter.name; }

class QueueConformance : public testing::TestWithParam<QueueAdapter> {
 protected:
  void publish(std::vector<std::string> bodies) {
    std::vector<Message> messages;
    for (auto& body : bodies) messages.push_back({std::move(body), ""});
    const auto sent = queue_->publish(messages);
    if (!sent || *sent != messages.size()) throw std::runtime_error("publish failed");
  }

  std::optional<Delivery> take(Duration wait = seconds(10)) {
    auto delivery = queue_->take(wait);
    if (!delivery) throw std::runtime_error(delivery.error().message());
    return *delivery;
  }

  std::unique_ptr<core::Queue> queue_ = GetParam().make();
};

TEST_P(QueueConformance, CarriesBodyAndTrace) {
  const Message sent[] = {{R"({"number":"1000"})", "00-4bf9-01"}};
  EXPECT_EQ(*queue_->publish(sent), 1u);
  const auto delivery = take();
  ASSERT_TRUE(delivery);
  EXPECT_EQ(delivery->message.body, sent[0].body);
  EXPECT_EQ(delivery->message.trace, sent[0].trace);
  EXPECT_OK(queue_->acknowledge(*delivery));
}

TEST_P(QueueConformance, EveryByteComesThrough) {
  std::string body;
  for (int byte = 0; byte < 256; ++byte) body += static_cast<char>(byte);
  publish({body, ""});
  std::set<std::string> bodies;
  for (int i = 0; i < 2; ++i) {
    const auto delivery = take();
    ASSERT_TRUE(delivery);
    bodies.insert(delivery->message.body);
    EXPECT_OK(queue_->acknowledge(*delivery));
  }
  EXPECT_EQ(bodies, (std::set<std::string>{body, ""}));
}

TEST_P(QueueConformance, NothingCameIsNoError) {
  EXPECT_FALSE(take(milliseconds(0)));
  EXPECT_FALSE(take(milliseconds(5)));
}

TEST_P(QueueConformance, PublishOfNothingIsFine) { EXPECT_EQ(*queue_->publish({}), 0u); }

TEST_P(QueueConformance, DepthCountsWhatIsNotYetTaken) {
  EXPECT_EQ(*queue_->depth(), 0u);
  publish({"a", "b", "c"});
  EXPECT_EQ(*queue_->depth(), 3u);
  const auto delivery = take();
  EXPECT_EQ(*queue_->depth(), 2u);
  EXPECT_OK(queue_->acknowledge(*delivery));
  EXPECT_EQ(*queue_->depth(), 2u);
}

TEST_P(QueueConformance, DeadLettersDoNotComeAgain) {
  publish({"nonsense"});
  EXPECT_OK(queue_->dead_letter(*take(), "no such kind"));
  EXPECT_EQ(*queue_->depth(), 0u);
  EXPECT_FALSE(take(milliseconds(5)));
}

TEST_P(QueueConformance, DeliveriesAreAcknowledgedFromAnyThreadInAnyOrder) {
  publish({"a", "b"});
  const auto first = take(), second = take();
  ASSERT_TRUE(first && second);
  EXPECT_NE(first->tag, second->tag);
  at_once(1, [&](std::size_t) {
    EXPECT_OK(queue_->acknowledge(*second));
    EXPECT_OK(queue_->acknowledge(*first));
  });
}

TEST_P(QueueConformance, WaitingTakeIsWokenByAPublish) {
  at_once(2, [&](std::size_t i) {
    if (i == 0) {
      EXPECT_TRUE(take(seconds(60)));
    } else {
      publish({"a"});
    }
  });
}

TEST_P(QueueConformance, EachMessageGoesToOneTaker) {
  constexpr std::size_t threads = 4, each = 500;
  std::mutex mutex;
  std::multiset<std::string> taken;
  at_once(2 * threads, [&](std::size_t i) {
    for (std::size_t n = 0; n < each; ++n) {
      if (i < threads) {
        publish({std::to_string(i * each + n)});
        continue;
      }
      const auto delivery = take(seconds(60));
      ASSERT_TRUE(delivery);
      EXPECT_OK(queue_->acknowledge(*delivery));
      std::lock_guard lock(mutex);
      taken.insert(delivery->message.body);
    }
  });
  EXPECT_EQ(taken.size(), threads * each);
  EXPECT_EQ(std::set<std::string>(taken.begin(), taken.end()).size(), threads * each);
}

TEST_P(QueueConformance, InterruptWakesAllNowAndFromNowOn) {
  constexpr std::size_t takers = 4;
  at_once(takers + 1, [&](std::size_t i) {
    if (i < takers) {
      EXPECT_FALSE(take(seconds(600)));
    } else {
      queue_->interrupt();
    }
  });
  EXPECT_FALSE(take(seconds(600)));
  publish({"late"});
  EXPECT_FALSE(take(seconds(600))) << "who is about to end takes nothing on";
}

TEST_P(QueueConformance, PingAnswers) { EXPECT_OK(queue_->ping()); }

INSTANTIATE_TEST_SUITE_P(Adapters, QueueConformance,
                         testing::Values(QueueAdapter{"memory", [] { return adapters::make_memory_queue(100'000); }}),
                         [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace decima::conformance
