#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <thread>

#include "base/sha256.hpp"
#include "program.hpp"

namespace decima::program {
namespace {

using testing::AnyOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr const char* sha_of_10000 = "f17f312be51414ec57f0fda0b1589003663a505df1ef2aafac40bb3be2e46c8e";

TEST(Serve, ComputesVerifiesStoresAndServesForEver) {
  const Folder folder;
  {
    Server server(folder / "data");
    EXPECT_THAT(server.ask("/api/v1/factorial", R"({"number":"10000"})"), StartsWith("HTTP/1.1 202"));
    EXPECT_EQ(hex(sha256(server.digits("factorial-10000"))), sha_of_10000);
    server.process().signal(SIGTERM);
    EXPECT_EQ(server.process().wait().status, 0);
  }
  Server again(folder / "data");
  EXPECT_THAT(again.ask("/api/v1/factorial", R"({"number":"10000"})"), StartsWith("HTTP/1.1 200"));
  EXPECT_EQ(hex(sha256(again.digits("factorial-10000"))), sha_of_10000);
}

TEST(Serve, LosesNothingWhenItIsKilled) {
  const Folder folder;
  constexpr int jobs = 40;
  {
    Server server(folder / "data");
    for (int n = 0; n < jobs; n++)
      ASSERT_THAT(server.ask("/api/v1/factorial", "{\"number\":" + std::to_string(1000 + n) + "}"),
                  StartsWith("HTTP/1.1 20"));
    server.process().signal(SIGKILL);
    EXPECT_EQ(server.process().wait().status, 128 + SIGKILL);
  }
  Server again(folder / "data");
  for (int n = 0; n < jobs; n++) {
    const std::string number = std::to_string(1000 + n);
    EXPECT_EQ(again.digits("factorial-" + number) + "\n", run({"compute", "factorial", number}).out) << number;
  }
}

TEST(Serve, ADataFolderIsForOneAtATime) {
  const Folder folder;
  Server server(folder / "data");
  const Ended second = run({"serve", "--listen", "127.0.0.1:0", "--data", folder / "data"});
  EXPECT_EQ(second.status, 78);
  EXPECT_THAT(second.err, HasSubstr("in use by another decima"));
  EXPECT_THAT(run({"migrate", "status", "--data", folder / "data"}).err, HasSubstr("in use by another decima"));
}

TEST(Serve, AWrongSettingStopsTheStartWithOneSentenceThatNamesIt) {
  const Folder folder;
  const std::string data = folder / "data";
  const Ended variable = run({"serve", "--data", data}, {"DECIMA_WORKER_LANES=many"});
  EXPECT_EQ(variable.status, 78);
  EXPECT_EQ(variable.err,
            "decima: A setting is wrong: DECIMA_WORKER_LANES (--worker-lanes) takes a whole number from 1 to 64, not "
            "\"many\"\n");
  const Ended open = run({"serve", "--data", data, "--listen", "0.0.0.0:0"});
  EXPECT_EQ(open.status, 78);
  EXPECT_THAT(open.err, HasSubstr("DECIMA_AUTH=off"));
  EXPECT_FALSE(std::filesystem::exists(data)) << "nothing was touched";
}

TEST(Serve, AnAddressInUseIsNamed) {
  const Folder folder;
  Server server(folder / "one");
  const Ended second = run({"serve", "--listen", server.address(), "--data", folder / "two"});
  EXPECT_NE(second.status, 0);
  EXPECT_THAT(second.err, HasSubstr(server.address()));
}

TEST(Serve, IsSmallWhenIdle) {
  const Folder folder;
  Server server(folder / "data");
  server.ask("/api/v1/factorial", R"({"number":"10"})");
  ASSERT_EQ(server.digits("factorial-10"), "3628800");
  const std::string status = read_file("/proc/" + std::to_string(server.process().process()) + "/status");
  const std::size_t line = status.find("VmRSS:");
  ASSERT_NE(line, std::string::npos);
  // Sanitizers keep shadow memory; what ships does not.
#if !defined(__SANITIZE_ADDRESS__) && !defined(__clang__)
  EXPECT_LT(std::stol(status.substr(line + 6)), 40 * 1024) << "KiB resident";
#endif
}

TEST(Health, AsksTheServer) {
  const Folder folder;
  std::string address;
  {
    Server server(folder / "data");
    address = server.address();
    const Ended up = run({"health", "--listen", address});
    EXPECT_EQ(up.status, 0) << up.err;
    EXPECT_EQ(run({"health"}, {"DECIMA_LISTEN=" + address}).status, 0);
  }
  const Ended down = run({"health", "--listen", address});
  EXPECT_EQ(down.status, 5);
  EXPECT_THAT(down.err, HasSubstr(address));
}

TEST(Migrate, GoesUpAndDownAndTellsWhereItStands) {
  const Folder folder;
  const std::string data = folder / "data";
  EXPECT_EQ(run({"migrate", "up", "--data", data}).status, 0);
  EXPECT_THAT(run({"migrate", "status", "--data", data}).out, Not(HasSubstr("not yet")));
  EXPECT_EQ(run({"migrate", "down", "--data", data}).out, "1 step taken back\n");
  EXPECT_THAT(run({"migrate", "status", "--data", data}).out, HasSubstr("not yet"));
  EXPECT_NE(run({"migrate", "sideways", "--data", data}).status, 0);
  const Ended serve = run({"serve", "--listen", "127.0.0.1:0", "--data", data, "--migrate", "no"});
  EXPECT_EQ(serve.status, 78);
  EXPECT_THAT(serve.err, HasSubstr("schema"));
}

TEST(Migrate, MakesNothingOfAFolderThatWasMistyped) {
  const Folder folder;
  const std::string data = folder / "daat";
  for (const char* direction : {"status", "down", "sideways"}) {
    const Ended ended = run({"migrate", direction, "--data", data});
    EXPECT_NE(ended.status, 0);
    EXPECT_THAT(ended.err, AnyOf(HasSubstr("no database at " + data), HasSubstr("not \"sideways\"")));
  }
  EXPECT_FALSE(std::filesystem::exists(data));
}

}  // namespace
}  // namespace decima::program
