// The same face through TLS: who speaks it is served as over plain TCP, who does not is let go, and a new certificate
// comes without anybody noticing.
#include <gmock/gmock.h>
#include <signal.h>

#include <fstream>
#include <memory>

#include "certificates.hpp"
#include "serving.hpp"

namespace decima::end_to_end {
namespace {

using testing::HasSubstr;

class Tls : public WithCertificate, public ServingTest {
 protected:
  Tls() : ServingTest(tls_flags({"--http-header-timeout", "500ms"})) {}

  /// How often the log has a line with this in it.
  int logged(const std::string& what) {
    const std::string text = log();
    int count = 0;
    for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; at++) count++;
    return count;
  }
};

TEST_F(Tls, ServesAsOverPlainTcp) {
  EXPECT_THAT(address(), HasSubstr("https://127.0.0.1:"));
  Client client(address());
  EXPECT_EQ(client.tls_version(), "TLSv1.3");
  EXPECT_EQ(client.alpn(), "http/1.1") << "though the client would rather have had h2";
  for (int i = 0; i < 3; i++) {
    client.send("GET /health HTTP/1.1\r\nHost: h\r\n\r\n");
    EXPECT_EQ(client.receive().status, 200);
  }
  client.send("GET /health HTTP/1.1\r\nHost: h\r\n\r\nGET /nowhere HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_EQ(client.receive().status, 200);
  EXPECT_EQ(client.receive().status, 404) << "pipelined";
}

TEST_F(Tls, LongAnswersComeWhole) {
  const std::string out = server_.process().out(), mark = "decima serves on http://";
  const std::size_t at = out.find(mark) + mark.size();
  const std::string plain = out.substr(at, out.find('\n', at) - at);
  compute("2000000");
  const Reply secret = get("/api/v1/jobs/factorial-2000000/digits");
  const Reply open = end_to_end::get(plain, "/api/v1/jobs/factorial-2000000/digits");
  EXPECT_TRUE(secret.complete && open.complete);
  EXPECT_EQ(secret.body.size(), 11'733'475u);
  EXPECT_TRUE(secret.body == open.body) << "more than any buffer on the way holds, so that writing had to wait";
}

TEST_F(Tls, WhoSpeaksSomethingElseIsLetGo) {
  const std::string plain = address().substr(std::string("https://").size());
  Client other(plain);
  other.send("GET /health HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_TRUE(other.ends());
  Client silent(plain);
  EXPECT_TRUE(silent.ends()) << "a handshake has as much time as a header";
  Client gone(plain);
  gone.send("\x16\x03\x01");
  gone.reset();
}

TEST_F(Tls, ANewCertificateComesWithoutCuttingAnybodyOff) {
  Client old(address());
  EXPECT_EQ(old.certificate(), "first");
  make_certificate("second", files / "certificate.pem", files / "key.pem");
  server_.process().signal(SIGHUP);
  ASSERT_TRUE(eventually([this] { return logged("serve.reloaded") == 1; }));
  EXPECT_EQ(Client(address()).certificate(), "second");
  old.send("GET /health HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_EQ(old.receive().status, 200);
}

TEST_F(Tls, ABadCertificateLeavesTheOldOne) {
  errors_expected_ = true;
  make_certificate("stranger", files / "certificate.pem", files / "another_key.pem");
  server_.process().signal(SIGHUP);
  ASSERT_TRUE(eventually([this] { return logged("serve.reload_failed") == 1; }));
  EXPECT_THAT(log(), HasSubstr("key.pem cannot be used: key values mismatch"));
  EXPECT_EQ(Client(address()).certificate(), "first");
}

TEST(TlsStart, HealthIsAskedAtAPlainAddress) {
  const program::Folder folder;
  const auto none =
      program::run({"health", "--listen", "https://127.0.0.1:1", "--tls-certificate", "c", "--tls-key", "k"});
  EXPECT_EQ(none.status, 78);
  EXPECT_THAT(none.err, HasSubstr("listen on an address for that too"));
  const std::string socket = "unix:" + (folder / "socket").string();
  const program::Server plain(folder / "data", {"--listen", socket});
  const auto asked =
      program::run({"health", "--listen", "https://127.0.0.1:1," + socket, "--tls-certificate", "c", "--tls-key", "k"});
  EXPECT_EQ(asked.status, 0) << asked.err;
}

TEST(TlsStart, WithoutCertificateSaysWhatIsMissing) {
  const program::Folder folder;
  const auto ended = program::run({"serve", "--listen", "https://127.0.0.1:0", "--data", folder / "data"});
  EXPECT_EQ(ended.status, 78);
  EXPECT_THAT(ended.err, HasSubstr("DECIMA_TLS_CERTIFICATE"));
  const auto unreadable = program::run({"serve", "--listen", "https://127.0.0.1:0", "--data", folder / "data",
                                        "--tls-certificate", folder / "none.pem", "--tls-key", folder / "none.pem"});
  EXPECT_EQ(unreadable.status, 78);
  EXPECT_THAT(unreadable.err, HasSubstr("none.pem cannot be used: No such file"));
}

TEST(TlsStart, WithWrongFilesSaysWhatIsWrong) {
  const WithCertificate right;
  make_certificate("other", right.files / "other.pem", right.files / "other-key.pem");
  std::ofstream(right.files / "text.pem") << "no PEM";
  const auto problem = [&](const std::string& certificate, const std::string& key) {
    return program::run({"serve", "--listen", "https://127.0.0.1:0", "--data", right.files / "data",
                         "--tls-certificate", right.files / certificate, "--tls-key", right.files / key})
        .err;
  };
  EXPECT_THAT(problem("text.pem", "key.pem"), HasSubstr("text.pem cannot be used: no start line"));
  EXPECT_THAT(problem("certificate.pem", "certificate.pem"), HasSubstr("certificate.pem cannot be used"));
  EXPECT_THAT(problem("certificate.pem", "other-key.pem"),
              HasSubstr("other-key.pem cannot be used: key values mismatch"));
  make_rsa_key(right.files / "rsa.pem");
  EXPECT_THAT(problem("certificate.pem", "rsa.pem"), HasSubstr("rsa.pem is not that of "));
}

}  // namespace
}  // namespace decima::end_to_end
