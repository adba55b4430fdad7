// The program's own clients by the ways that a server can be reached beyond plain TCP.
#include <gmock/gmock.h>

#include "certificates.hpp"
#include "serving.hpp"

namespace decima::end_to_end {
namespace {

using testing::HasSubstr;

TEST(ClientCommands, GoThroughTlsToServersThatAreVouchedFor) {
  const program::Folder folder;
  make_certificate("127.0.0.1", folder / "certificate.pem", folder / "key.pem");
  const program::Server server(folder / "data", {"--listen", "https://127.0.0.1:0", "--tls-certificate",
                                                 folder / "certificate.pem", "--tls-key", folder / "key.pem"});
  const program::Arguments command = {"submit", "factorial", "10", "--wait", "--server", server.address()};
  program::Arguments trusting = command;
  trusting.insert(trusting.end(), {"--server-ca", folder / "certificate.pem"});
  EXPECT_THAT(program::run(trusting).out, HasSubstr("factorial-10: done, 7 digits"));
  const program::Ended wary = program::run(command);
  EXPECT_EQ(wary.status, 5);
  EXPECT_THAT(wary.err, HasSubstr("certificate"));
}

TEST(ClientCommands, GoThroughASocketInTheFileSystem) {
  const program::Folder folder;
  const std::string path = folder / "socket";
  program::Running serving({"serve", "--listen", "127.0.0.1:0,unix:" + path, "--data", folder / "data"});
  ASSERT_TRUE(eventually([&] { return serving.out().find(path) != std::string::npos; })) << serving.err();
  EXPECT_EQ(program::run({"submit", "factorial", "10", "--wait", "--server", "unix:" + path}).status, 0);
  EXPECT_EQ(program::run({"get", "factorial", "10", "--server", "unix:" + path}).out, "3628800\n");
}

TEST(ClientCommands, ShowTheKeyThatTheyWereGiven) {
  const program::Folder folder;
  const std::string keys = folder / "keys";
  const program::Ended made = program::run({"key", "new", "me", "--scopes", "read,submit", "--api-keys-file", keys});
  const std::string key = made.out.substr(0, made.out.find('\n'));
  const program::Server server(folder / "data", {"--api-keys-file", keys});
  const program::Arguments submit = {"submit", "factorial", "10", "--wait", "--server", server.address()};
  const program::Ended refused = program::run(submit);
  EXPECT_EQ(refused.status, 4);
  EXPECT_THAT(refused.err, HasSubstr("Credentials are missing or wrong"));
  EXPECT_EQ(program::run(submit, {"DECIMA_API_KEY=" + key}).status, 0);
  program::write_file(folder / "key", key + "\n");
  const std::string file = folder / "key";
  EXPECT_EQ(program::run({"get", "factorial", "10", "--key-file", file, "--server", server.address()}).out,
            "3628800\n");
  const program::Ended forbidden =
      program::run({"jobs", "factorial-10", "--cancel", "--key-file", file, "--server", server.address()});
  EXPECT_EQ(forbidden.status, 4);
  EXPECT_THAT(forbidden.err, HasSubstr("not allowed here"));
}

}  // namespace
}  // namespace decima::end_to_end
