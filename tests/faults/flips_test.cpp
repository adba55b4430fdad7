// Single bits that flip: in what the engine made, in staging, in the stored digits, in the rows' hashes. DECIMA_FLIPS
// says how many of each, DECIMA_SEED which.
#include <gmock/gmock.h>

#include "adapters/store/connection.hpp"
#include "adapters/store/sqlite_file.hpp"
#include "base/log.hpp"
#include "chance.hpp"
#include "core/compute.hpp"
#include "core/verify.hpp"
#include "hooked_ports.hpp"
#include "rig.hpp"

namespace decima::faults {
namespace {

using core::Ending;
using core::State;
using testing::IsEmpty;

void flip(std::string& bytes, std::uint64_t bit) {
  bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ (1 << bit % 8));
}

core::GiveText replay(const std::string& text) {
  return [&text](core::TextPass& pass) { return pass.feed(text); };
}

class Flips : public Rig {
 protected:
  void SetUp() override {
    Rig::SetUp();
    log::set_level(log::Level::off);
  }
  void TearDown() override {
    log::set_level(log::Level::info);
    Rig::TearDown();
  }

  engine::Context context() { return {arena_, executor_, stop_.get_token(), progress_}; }

  /// The digits of a number, and their digest as the writer takes it.
  core::Digest emit(const engine::Decimal& number, std::string& text) {
    text.clear();
    engine::Context working = context();
    return *core::emit(number, working, [&](std::string_view piece) -> Result<> {
      text.append(piece);
      return Done{};
    });
  }

  Result<core::Verified> verify(const core::Request& request, const core::Digest& written, const std::string& text) {
    engine::Context working = context();
    return core::verify(request, written, replay(text), working);
  }

  core::Job finished(const core::Request& request) {
    EXPECT_EQ(execute(claimed(request), request), Ending::done);
    return row(request.identity);
  }

  std::string read(core::BlobStore& blobs, const std::string& key) {
    std::string text(*blobs.size(key), '\0');
    for (std::size_t at = 0; at < text.size(); at += core::block_bytes)
      EXPECT_TRUE(blobs.read(key, at, std::span(text).subspan(at, std::min(core::block_bytes, text.size() - at))));
    return text;
  }

  void overwrite(const std::string& key, std::string_view bytes) {
    auto writer = *blobs_->create(key);
    ASSERT_TRUE(writer->append(bytes));
    ASSERT_TRUE(writer->commit());
  }

  /// All blocks, as a face of the program would hand them out.
  Code read_error(const core::Job& job) {
    const auto text = core::whole_text(ports(), job, {0, 0});
    return text ? Code::internal : text.error().code;
  }

  const std::uint64_t flips_ = number_from("DECIMA_FLIPS", 1'000);
  const std::uint64_t seed_ = seed();
  Chance chance_{seed_};
  const testing::ScopedTrace replayed_by_{__FILE__, __LINE__, "replay with DECIMA_SEED=" + std::to_string(seed_)};
};

TEST_F(Flips, InTheEnginesResultNeverPassItsCheck) {
  const core::Request request = request_of("factorial-500");
  std::string text;
  for (std::uint64_t i = 0; i < flips_; i++) {
    engine::Context working = context();
    const engine::Decimal number = *core::compute(request, working);
    // Below 2^59 a limb stays below 10^18, as the engine's own code keeps them; larger ones are the engine's to assert.
    auto* limbs = const_cast<std::uint64_t*>(number.mantissa.data());
    std::uint64_t& limb = limbs[chance_.below(number.mantissa.size())];
    const std::uint64_t flipped = limb ^ 1ull << chance_.below(60);
    if (flipped >= 1'000'000'000'000'000'000u) continue;
    limb = flipped;
    const core::Digest written = emit(number, text);
    ASSERT_FALSE(verify(request, written, text)) << "flip " << i;
  }
}

TEST_F(Flips, InStagedTextAreFound) {
  const core::Request request = request_of("factorial-500");
  engine::Context working = context();
  std::string text;
  const core::Digest written = emit(*core::compute(request, working), text);
  ASSERT_TRUE(verify(request, written, text));
  for (std::uint64_t i = 0; i < flips_; i++) {
    const std::uint64_t bit = chance_.below(text.size() * 8);
    flip(text, bit);
    ASSERT_FALSE(verify(request, written, text)) << "bit " << bit;
    flip(text, bit);
  }
}

TEST_F(Flips, InStagingCostARetryAndAreNeverPublished) {
  std::string staged;
  const auto real = std::move(blobs_);
  const auto flip_staged = [&](std::string_view call, Moment moment) -> std::optional<Error> {
    if (call != "blobs.commit" || moment != Moment::after) return std::nullopt;
    std::string text = read(*real, staged);
    flip(text, chance_.below(text.size() * 8));
    auto writer = *real->create(staged);
    EXPECT_TRUE(writer->append(text));
    EXPECT_TRUE(writer->commit());
    return std::nullopt;
  };
  blobs_ = hooked(*real, flip_staged);
  for (std::uint64_t n = 20'000; n < 20'010; n++) {
    const core::Request request = request_of(("factorial-" + std::to_string(n)).c_str());
    const core::Job job = claimed(request);
    staged = core::staging_key(job.identity, job.fence);
    EXPECT_EQ(execute(job, request), Ending::queued);
    EXPECT_EQ(row(request.identity).error->code, Code::corrupt);
    EXPECT_THAT(*real->list("", "", 10), IsEmpty());
  }
}

TEST_F(Flips, InStoredDigitsAreFoundAtRead) {
  const core::Job job = finished(request_of("factorial-500"));
  const std::string key = core::names(job.identity).blob_key;
  std::string text = read(*blobs_, key);
  for (std::uint64_t i = 0; i < flips_; i++) {
    const std::uint64_t bit = chance_.below(text.size() * 8);
    flip(text, bit);
    overwrite(key, text);
    ASSERT_EQ(read_error(job), Code::corrupt) << "bit " << bit;
    flip(text, bit);
  }
}

/// A row that the database itself let a flip into; its own triggers would refuse to write one.
class FlippedRows : public Flips {
 protected:
  void SetUp() override {
    Flips::SetUp();
    db_.emplace(adapters::open_sqlite((folder_ / "decima.db").string()));
    db_->script("drop trigger jobs_keep; pragma ignore_check_constraints = on");
  }
  void TearDown() override {
    db_.reset();
    Flips::TearDown();
  }

  /// Some bit of the text, which may then be no hexadecimal any more.
  std::string flipped(std::string hex) {
    flip(hex, chance_.below(hex.size() * 8));
    return hex;
  }

  void expect_found(const core::Job& job, const std::string& table, const std::string& column, std::uint64_t times) {
    const std::string where = " where identity = '" + job.identity.text() + "'";
    const std::string whole = db_->rows("select " + column + " from " + table + where, 1).front().text(0);
    const auto write = [&](const std::string& text) {
      db_->change("update " + table + " set " + column + " = :text" + where, {{"text", text}});
    };
    for (std::uint64_t i = 0; i < times; i++) {
      const std::string wrong = flipped(whole);
      write(wrong);
      ASSERT_EQ(read_error(row(job.identity)), Code::corrupt) << column << " " << wrong;
    }
    write(whole);
    EXPECT_EQ(read_error(row(job.identity)), Code::internal) << "whole again, it is served";
    write(flipped(whole));
    ASSERT_TRUE(core::set_aside(ports(), row(job.identity)));
    const core::Request request = request_of(job.identity.text().c_str());
    EXPECT_EQ(read_error(finished(request)), Code::internal) << "computed again, it is served";
  }

  std::optional<adapters::Connection> db_;
};

TEST_F(FlippedRows, OfOneBlockAreFoundAtRead) {
  const core::Job job = finished(request_of("factorial-500"));
  expect_found(job, "jobs", "sha256", flips_ / 10);
  expect_found(job, "jobs", "merkle_root", flips_ / 10);
}

TEST_F(FlippedRows, OfSeveralBlocksAreFoundAtRead) {
  const core::Job job = finished(request_of("factorial-300000"));
  expect_found(job, "jobs", "sha256", flips_ / 50);
  expect_found(job, "jobs", "merkle_root", flips_ / 50);
  expect_found(job, "job_blocks", "hashes", flips_ / 50);
}

}  // namespace
}  // namespace decima::faults
