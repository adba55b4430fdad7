// Digits as HTTP knows to ask for them: in part, packed, and not at all when the client has them.
#include "serving.hpp"

namespace decima::end_to_end {
namespace {

using FieldList = std::vector<std::pair<std::string, std::string>>;

/// One text that is answered from memory and one of two blocks.
class Digits : public ServingTest, public testing::WithParamInterface<const char*> {
 protected:
  Digits() {
    compute(GetParam());
    whole_ = get(target_);
  }
  Reply get(const std::string& target, const FieldList& fields = {}) const {
    return ask(address(), {"GET", target, {}, fields});
  }
  Reply range(const std::string& value) const { return get(target_, {{"Range", "bytes=" + value}}); }

  std::string target_ = std::string("/api/v1/jobs/factorial-") + GetParam() + "/digits";
  Reply whole_;
};

TEST_P(Digits, AreDescribedForCaches) {
  const std::string etag = whole_.field("ETag");
  EXPECT_EQ(etag.size(), 66u);
  EXPECT_EQ(whole_.field("Accept-Ranges"), "bytes");
  EXPECT_EQ(whole_.field("Vary"), "Accept-Encoding");
  if (GetParam() == std::string("1000")) {
    EXPECT_EQ(whole_.field("Repr-Digest"), "sha-256=:zDNs8TXWkMEQVmSzuFnbZrlA21HNZs+JH+4SBYTPeHM=:");
  }
  const Reply head = ask(address(), {"HEAD", target_, {}, {}});
  EXPECT_EQ(head.fields.size(), whole_.fields.size());
  EXPECT_EQ(head.field("Content-Length"), std::to_string(whole_.body.size()));
  const Reply of_part = ask(address(), {"HEAD", target_, {}, {{"Range", "bytes=0-4"}}});
  EXPECT_EQ(of_part.status, 200) << "ranges are for GET alone";
  EXPECT_EQ(of_part.field("Content-Length"), head.field("Content-Length"));
  for (const std::string& known : {etag, "W/" + etag, std::string("\"x\", ") + etag, std::string("*")}) {
    const Reply same = get(target_, {{"If-None-Match", known}});
    EXPECT_EQ(same.status, 304) << known;
    EXPECT_EQ(same.field("ETag"), etag);
    EXPECT_EQ(same.body, "");
  }
  EXPECT_EQ(get(target_, {{"If-None-Match", "\"other\""}, {"If-None-Match", etag}}).status, 304) << "one list";
  EXPECT_EQ(get(target_, {{"If-None-Match", "\"other\""}}).status, 200);
}

TEST_P(Digits, CanBeHadInPart) {
  const std::string& all = whole_.body;
  const std::string size = std::to_string(all.size());
  const Reply one = range("5-9");
  EXPECT_EQ(one.status, 206);
  EXPECT_EQ(one.body, all.substr(5, 5));
  EXPECT_EQ(one.field("Content-Range"), "bytes 5-9/" + size);
  EXPECT_EQ(range("-7").body, all.substr(all.size() - 7));
  EXPECT_EQ(range("100-").body, all.substr(100));
  EXPECT_EQ(range("0-99999999999999999999").body, all);
  const Reply beyond = range(size + "-");
  EXPECT_EQ(beyond.status, 416);
  EXPECT_EQ(beyond.field("Content-Range"), "bytes */" + size);
  EXPECT_EQ(range("nonsense").status, 200);
  EXPECT_EQ(get(target_, {{"Range", "bytes=5-9"}, {"If-Range", whole_.field("ETag")}}).status, 206);
  EXPECT_EQ(get(target_, {{"Range", "bytes=5-9"}, {"If-Range", "\"older\""}}).body, all);
}

TEST_P(Digits, AreTheClientsBeforeTheyAreOutOfRange) {
  const FieldList beyond{{"Range", "bytes=99999999-"}, {"If-None-Match", whole_.field("ETag")}};
  EXPECT_EQ(get(target_, beyond).status, 304) << "RFC 9110, 13.2.2: a range is looked at last";
}

TEST_P(Digits, AreOnlyThoseThatTheClientMeans) {
  const std::string etag = whole_.field("ETag");
  for (const std::string& right : {etag, "\"x\", " + etag, std::string("*")})
    EXPECT_EQ(get(target_, {{"If-Match", right}}).body, whole_.body) << right;
  for (const std::string& wrong : {std::string("\"x\""), "W/" + etag, std::string("x")}) {
    const Reply reply = get(target_, {{"If-Match", wrong}, {"If-None-Match", etag}, {"Range", "bytes=0-4"}});
    EXPECT_EQ(reply.status, 412) << wrong;
  }
  EXPECT_EQ(get(target_, {{"If-Match", etag}, {"If-None-Match", etag}}).status, 304);
  EXPECT_EQ(get(target_, {{"If-Match", etag}, {"Accept-Encoding", "gzip"}}).status, 412) << "that is another form";
}

TEST_P(Digits, CanBeHadInSeveralParts) {
  const Reply reply = range("0-3, 10-12, 11-13");
  EXPECT_EQ(reply.status, 206);
  EXPECT_EQ(reply.field("Content-Type"), "multipart/byteranges; boundary=decima-part");
  const std::string size = std::to_string(whole_.body.size());
  const std::string head = "\r\n--decima-part\r\nContent-Type: text/plain; charset=us-ascii\r\nContent-Range: bytes ";
  EXPECT_EQ(reply.body, head + "0-3/" + size + "\r\n\r\n" + whole_.body.substr(0, 4) + head + "10-13/" + size +
                            "\r\n\r\n" + whole_.body.substr(10, 4) + "\r\n--decima-part--\r\n");
}

TEST_P(Digits, CanBePacked) {
  const Reply packed = get(target_, {{"Accept-Encoding", "gzip"}});
  EXPECT_EQ(packed.field("Content-Encoding"), "gzip");
  EXPECT_NE(packed.field("ETag"), whole_.field("ETag"));
  EXPECT_EQ(packed.field("Repr-Digest"), "") << "that of the packed form is not known";
  EXPECT_LT(packed.body.size(), whole_.body.size() / 2);
  EXPECT_EQ(unzipped(packed.body), whole_.body);
  EXPECT_EQ(get(target_, {{"Accept-Encoding", "gzip"}, {"If-None-Match", packed.field("ETag")}}).status, 304);
  EXPECT_EQ(get(target_, {{"Accept-Encoding", "gzip"}, {"Range", "bytes=0-4"}}).body, whole_.body.substr(0, 5));
}

TEST_P(Digits, CanBeAskedForByPlace) {
  const std::string& all = whole_.body;
  EXPECT_EQ(get(target_ + "?leading=10").body, all.substr(0, 10));
  EXPECT_EQ(get(target_ + "?trailing=10").body, all.substr(all.size() - 10));
  EXPECT_EQ(get(target_ + "?from=5&count=3").body, all.substr(5, 3));
  EXPECT_EQ(get(target_ + "?from=5").body, all.substr(5));
  EXPECT_EQ(get(target_ + "?from=5&count=99999999999").body, all.substr(5));
  EXPECT_EQ(get(target_ + "?from=5&count=30", {{"Range", "bytes=2-3"}}).body, all.substr(7, 2));
  EXPECT_NE(get(target_ + "?leading=10").field("ETag"), whole_.field("ETag"));
  for (const char* all_there_are :
       {"?leading=99999999999", "?trailing=99999999999999999999", "?count=18446744073709551616"})
    EXPECT_EQ(get(target_ + all_there_are).field("ETag"), whole_.field("ETag")) << all_there_are;
  for (const char* wrong : {"?leading=x", "?leading=-1", "?leading=1&trailing=1", "?from=1&leading=1"})
    EXPECT_EQ(get(target_ + wrong).status, 400) << wrong;
  for (const char* none : {"?leading=0", "?from=99999999999", "?count=0", "?from=99999999999999999999"})
    EXPECT_EQ(get(target_ + none).status, 416) << none;
  const Reply beyond = get(target_ + "?from=5&count=30", {{"Range", "bytes=30-"}});
  EXPECT_EQ(beyond.status, 416);
  EXPECT_EQ(beyond.field("Content-Range"), "bytes */30") << "of the part that was asked for";
}

INSTANTIATE_TEST_SUITE_P(Of, Digits, testing::Values("1000", "250000"));

}  // namespace
}  // namespace decima::end_to_end
