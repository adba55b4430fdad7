// The tables defend themselves: whatever our code does, no row says what no job can be.
#include <gtest/gtest.h>

#include "adapters/store/migrations.hpp"
#include "adapters/store/sqlite_file.hpp"
#include "base/test_temp_folder.hpp"

namespace decima::adapters {
namespace {

const std::string hash(64, 'a');

class Schema : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(migrate_up("sqlite:" + path_, SystemClock()));
    db_.emplace(open_sqlite(path_));
    insert("factorial-1", "queued", 0);
  }

  void insert(const std::string& identity, const std::string& state, std::uint64_t fence) {
    db_->change(
        "insert into jobs (identity, kind, state, fence, not_before, ring_due, created_at, updated_at, s3_key) "
        "values (:identity, 'factorial', :state, :fence, 0, 0, 0, 0, 'factorials/1.txt')",
        {{"identity", identity}, {"state", state}, {"fence", fence}});
  }

  void set(const std::string& what) { db_->script("update jobs set " + what + " where identity = 'factorial-1'"); }

  testing::AssertionResult refuses(const std::string& what) {
    try {
      set(what);
    } catch (const SqlFailure&) {
      return testing::AssertionSuccess();
    }
    return testing::AssertionFailure() << "the table took: " << what;
  }

  // The legal moves, from the state before.
  void claim() { set("state = 'calculating', fence = fence + 1, lease_until = 9, worker = 'w', started_at = 1"); }
  void upload() { set("state = 'uploading'"); }
  void finish() { set("state = 'done', lease_until = null, worker = null, finished_at = 2, " + result(hash)); }
  static std::string result(const std::string& sha256) {
    return "digits = 3, bytes = 3, sha256 = '" + sha256 + "', merkle_root = '" + hash + "', residues = ''";
  }

  const TempFolder temp_;
  const std::string path_ = (temp_ / "a.db").string();
  std::optional<Connection> db_;
};

TEST_F(Schema, TakesTheWholeLifeOfAJob) {
  claim();
  set("lease_until = 12");
  upload();
  finish();
  set("state = 'queued', digits = null, bytes = null, sha256 = null, merkle_root = null, residues = null, "
      "finished_at = null");
  claim();
  set("state = 'failed', lease_until = null, worker = null, finished_at = 3, error_code = 'io_error', error_detail = "
      "''");
  set("state = 'queued', finished_at = null");
  set("state = 'cancelled', finished_at = 4");
}

TEST_F(Schema, NewRowsAreQueuedOnce) {
  EXPECT_THROW(insert("factorial-1", "queued", 0), SqlFailure) << "identity is unique";
  EXPECT_THROW(insert("factorial-2", "queued", 1), SqlFailure);
  EXPECT_THROW(insert("factorial-2", "cancelled", 0), SqlFailure);
  EXPECT_THROW(insert("factorial-2", "sleeping", 0), SqlFailure);
  EXPECT_THROW(insert("fibonacci-2", "queued", 0), SqlFailure) << "of another kind";
  insert("factorial-2", "queued", 0);
}

TEST_F(Schema, QueuedGoesNowhereButToAClaimOrItsCancellation) {
  EXPECT_TRUE(refuses("state = 'uploading', lease_until = 9, worker = 'w', started_at = 1"));
  EXPECT_TRUE(refuses("state = 'done', finished_at = 2, " + result(hash)));
  EXPECT_TRUE(refuses("state = 'failed', finished_at = 2, error_code = 'io_error', error_detail = ''"));
}

TEST_F(Schema, ClaimRaisesTheFenceByOneAndHasALease) {
  EXPECT_TRUE(refuses("state = 'calculating', lease_until = 9, worker = 'w', started_at = 1"));
  EXPECT_TRUE(refuses("state = 'calculating', fence = fence + 2, lease_until = 9, worker = 'w', started_at = 1"));
  EXPECT_TRUE(refuses("state = 'calculating', fence = fence + 1, started_at = 1"));
  EXPECT_TRUE(refuses("state = 'calculating', fence = fence + 1, lease_until = 9, started_at = 1"));
  EXPECT_TRUE(refuses("state = 'calculating', fence = fence + 1, lease_until = 9, worker = 'w'"));
}

TEST_F(Schema, FenceMovesOnlyWithAClaim) {
  EXPECT_TRUE(refuses("fence = fence + 1"));
  claim();
  EXPECT_TRUE(refuses("fence = fence - 1"));
  EXPECT_TRUE(refuses("fence = fence + 1"));
  EXPECT_TRUE(refuses("state = 'queued', fence = 0, lease_until = null, worker = null"));
}

TEST_F(Schema, CalculatingDoesNotSkipUploading) {
  claim();
  EXPECT_TRUE(refuses("state = 'done', lease_until = null, worker = null, finished_at = 2, " + result(hash)));
}

TEST_F(Schema, LeaseEndsWithTheWork) {
  claim();
  EXPECT_TRUE(refuses("state = 'queued'"));
  EXPECT_TRUE(refuses("state = 'queued', lease_until = null"));
  EXPECT_TRUE(refuses("lease_until = null, worker = null"));
}

TEST_F(Schema, DoneHasAWholeResult) {
  claim();
  upload();
  const std::string done = "state = 'done', lease_until = null, worker = null, ";
  EXPECT_TRUE(refuses(done + result(hash))) << "no finished_at";
  EXPECT_TRUE(refuses(done + "finished_at = 2"));
  for (const char* missing : {"digits", "bytes", "sha256", "merkle_root", "residues"})
    EXPECT_TRUE(refuses(done + "finished_at = 2, " + result(hash) + ", " + missing + " = null")) << missing;
  EXPECT_TRUE(refuses(done + "finished_at = 2, " + result("short")));
  EXPECT_TRUE(refuses(done + "finished_at = 2, " + result(std::string(64, 'X'))));
  EXPECT_TRUE(refuses(done + "finished_at = 2, " + result(hash) + ", digits = 0"));
  EXPECT_TRUE(refuses(done + "finished_at = 2, " + result(hash) + ", bytes = 2"));
  finish();
}

TEST_F(Schema, OnlyDoneHasAResult) { EXPECT_TRUE(refuses(result(hash))); }

TEST_F(Schema, ResultDoesNotChange) {
  claim();
  upload();
  finish();
  EXPECT_TRUE(refuses("sha256 = '" + std::string(64, 'b') + "'"));
  EXPECT_TRUE(refuses("digits = 2"));
  EXPECT_TRUE(refuses("residues = 'others'"));
  EXPECT_TRUE(refuses("state = 'calculating', lease_until = 9, worker = 'w', finished_at = null"));
  EXPECT_TRUE(refuses("state = 'failed', error_code = 'io_error', error_detail = ''"));
}

TEST_F(Schema, FailedHasItsReason) {
  claim();
  EXPECT_TRUE(refuses("state = 'failed', lease_until = null, worker = null, finished_at = 2"));
}

TEST_F(Schema, NamesNeverChange) {
  EXPECT_TRUE(refuses("identity = 'factorial-3'"));
  EXPECT_TRUE(refuses("id = 77"));
  EXPECT_TRUE(refuses("created_at = 77"));
}

TEST_F(Schema, CountersAreCounts) {
  for (const char* column : {"failures", "crashes", "rings", "fence"})
    EXPECT_TRUE(refuses(std::string(column) + " = -1")) << column;
  EXPECT_TRUE(refuses("failures = 'many'")) << "the types are strict";
}

TEST_F(Schema, BlocksBelongToAJob) {
  EXPECT_THROW(db_->script("insert into job_blocks values ('factorial-404', '')"), SqlFailure);
  EXPECT_THROW(db_->script("insert into job_blocks values ('factorial-1', 'odd')"), SqlFailure);
}

}  // namespace
}  // namespace decima::adapters
