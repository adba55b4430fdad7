#include "adapters/blob/short_blobs.hpp"

#include <algorithm>
#include <cstring>

#include "adapters/sqlite/database.hpp"
#include "adapters/sqlite/file_place.hpp"
#include "base/log.hpp"

namespace decima::adapters {
namespace {

/// Sessions kept for readers; more are opened when more read at once.
constexpr std::size_t idle_readers_most = 8;
/// Room that removed blobs left is given back to the disk in steps of so many pages.
constexpr std::uint64_t pages_given_back = 256;

/// Above every character of a key, so that prefix + this ends the keys that start with it.
constexpr char above_keys = '\x7f';

constexpr const char* settings =
    // WAL, so that readers and the writer do not wait for each other. Keys are few bytes and blobs short: a table that
    // is its own index finds both at once.
    "pragma auto_vacuum = incremental;"
    "pragma journal_mode = wal;"
    "pragma synchronous = full;"
    "pragma journal_size_limit = 67108864;"
    "create table if not exists blobs (key text not null primary key, bytes blob not null) strict, without rowid;";

}  // namespace

struct ShortBlobs::Writer {
  FilePlace place;
  Database database;
  Statement begin, commit, rollback, put, move, remove, freed;

  static Result<std::unique_ptr<Writer>> open(const std::string& path) {
    auto database = Database::open(path);
    if (!database) return database.error();
    if (auto set = database->script(settings); !set) return set.error();
    std::vector<Statement> made;
    for (const char* sql : {"begin immediate", "commit", "rollback", "insert or replace into blobs values (?1, ?2)",
                            "update or replace blobs set key = ?2 where key = ?1", "delete from blobs where key = ?1",
                            "pragma freelist_count"}) {
      auto statement = database->prepare(sql);
      if (!statement) return statement.error();
      made.push_back(std::move(*statement));
    }
    return std::unique_ptr<Writer>(new Writer{FilePlace(path), std::move(*database), std::move(made[0]),
                                              std::move(made[1]), std::move(made[2]), std::move(made[3]),
                                              std::move(made[4]), std::move(made[5]), std::move(made[6])});
  }

  /// Runs `act` in a transaction: all of it or nothing. What is told to be there can be found again: the file is still
  /// in its place.
  template <class Act>
  Result<> transact(const Act& act) {
    if (auto there = place.check(); !there) return there;
    if (auto begun = begin.run(); !begun) return begun.error();
    Result<> outcome = act();
    if (outcome) {
      if (auto committed = commit.run(); !committed) outcome = committed.error();
    }
    if (!outcome) (void)rollback.run();  // some errors have ended the transaction already
    return outcome ? place.check() : outcome;
  }

  /// What a removal leaves unused is of no use to anybody else before it is given back.
  Result<> give_back_room() {
    const auto row = freed.next();
    if (!row) return row.error();
    const std::uint64_t pages = *row ? freed.integer_at(0) : 0;
    freed.reset();
    if (pages < pages_given_back) return Done{};
    return database.script("pragma incremental_vacuum(" + std::to_string(pages_given_back) + ")");
  }
};

struct ShortBlobs::Reader {
  Database database;
  Statement read, size, list;

  static Result<std::unique_ptr<Reader>> open(const std::string& path) {
    auto database = Database::open(path);
    if (!database) return database.error();
    if (auto set = database->script("pragma query_only = on"); !set) return set.error();
    auto read = database->prepare("select bytes from blobs where key = ?1");
    if (!read) return read.error();
    auto size = database->prepare("select length(bytes) from blobs where key = ?1");
    if (!size) return size.error();
    auto list =
        database->prepare("select key from blobs where key > ?1 and key >= ?2 and key < ?3 order by key limit ?4");
    if (!list) return list.error();
    return std::unique_ptr<Reader>(
        new Reader{std::move(*database), std::move(*read), std::move(*size), std::move(*list)});
  }
};

/// A reader, until it goes back to the others.
class ShortBlobs::Borrowed {
 public:
  Borrowed(ShortBlobs& owner, std::unique_ptr<Reader> reader) : owner_(&owner), reader_(std::move(reader)) {}
  Borrowed(Borrowed&&) noexcept = default;
  Borrowed& operator=(Borrowed&&) = delete;
  ~Borrowed() {
    if (!reader_) return;
    // A query left half read would keep its snapshot, and the log could not be cut short.
    for (Statement* statement : {&reader_->read, &reader_->size, &reader_->list}) statement->reset();
    const std::lock_guard lock(owner_->mutex_);
    if (owner_->idle_.size() < idle_readers_most) owner_->idle_.push_back(std::move(reader_));
  }
  Reader* operator->() const { return reader_.get(); }

 private:
  ShortBlobs* owner_;
  std::unique_ptr<Reader> reader_;
};

ShortBlobs::ShortBlobs(std::filesystem::path path, std::unique_ptr<Writer> writer)
    : path_(std::move(path)), writer_(std::move(writer)) {}

ShortBlobs::~ShortBlobs() = default;

Result<std::unique_ptr<ShortBlobs>> ShortBlobs::open(const std::filesystem::path& path) {
  auto writer = Writer::open(path.string());
  if (!writer && writer.error().code == Code::corrupt) {
    const std::string aside = path.string() + ".damaged";
    log::error("short_blobs.damaged",
               {{"file", path.string()}, {"kept_as", aside}, {"error", writer.error().message()}});
    std::error_code failed;
    std::filesystem::rename(path, aside, failed);
    for (const char* beside : {"-wal", "-shm"}) std::filesystem::remove(path.string() + beside, failed);
    writer = Writer::open(path.string());
  }
  if (!writer) return writer.error();
  return std::unique_ptr<ShortBlobs>(new ShortBlobs(path, std::move(*writer)));
}

Result<ShortBlobs::Borrowed> ShortBlobs::reader() {
  {
    const std::lock_guard lock(mutex_);
    if (!idle_.empty()) {
      Borrowed borrowed(*this, std::move(idle_.back()));
      idle_.pop_back();
      return borrowed;
    }
  }
  auto opened = Reader::open(path_.string());
  if (!opened) return opened.error();
  return Borrowed(*this, std::move(*opened));
}

Result<> ShortBlobs::put(std::span<const core::Blob> blobs) {
  const std::lock_guard lock(writing_);
  return writer_->transact([&]() -> Result<> {
    for (const core::Blob& blob : blobs)
      if (auto put = writer_->put.text(1, blob.key).bytes(2, blob.bytes).run(); !put) return put.error();
    return Done{};
  });
}

Result<std::size_t> ShortBlobs::read(std::string_view key, std::uint64_t offset, std::span<char> into) {
  auto session = reader();
  if (!session) return session.error();
  const auto row = (*session)->read.text(1, key).next();
  if (!row) return row.error();
  if (!*row) return Error{Code::not_found, "blob " + std::string(key)};
  const std::string_view bytes = (*session)->read.bytes_at(0);
  if (offset >= bytes.size()) return std::size_t{0};
  return bytes.copy(into.data(), into.size(), offset);
}

Result<std::uint64_t> ShortBlobs::size(std::string_view key) {
  auto session = reader();
  if (!session) return session.error();
  const auto row = (*session)->size.text(1, key).next();
  if (!row) return row.error();
  if (!*row) return Error{Code::not_found, "blob " + std::string(key)};
  return (*session)->size.integer_at(0);
}

Result<std::size_t> ShortBlobs::move(std::span<const core::Move> moves) {
  std::size_t moved = 0;
  const std::lock_guard lock(writing_);
  const auto outcome = writer_->transact([&]() -> Result<> {
    for (const core::Move& move : moves) {
      const auto changed = writer_->move.text(1, move.from).text(2, move.to).run();
      if (!changed) return changed.error();
      moved += *changed;
    }
    return Done{};
  });
  if (!outcome) return outcome.error();
  return moved;
}

Result<> ShortBlobs::remove(std::string_view key) {
  const auto there = size(key);
  if (!there) return there.error().code == Code::not_found ? Result<>(Done{}) : there.error();
  const std::lock_guard lock(writing_);
  if (auto relaxed = writer_->database.script("pragma synchronous = normal"); !relaxed) return relaxed;
  const auto removed = writer_->remove.text(1, key).run();
  const auto room = removed ? writer_->give_back_room() : Result<>(Done{});
  if (auto strict = writer_->database.script("pragma synchronous = full"); !strict) return strict;
  if (!removed) return removed.error();
  return room;
}

Result<> ShortBlobs::list(std::string_view prefix, std::string_view after, std::size_t limit,
                          std::vector<std::string>& keys) {
  auto session = reader();
  if (!session) return session.error();
  const std::string end = std::string(prefix) + above_keys;
  Statement& list = (*session)->list;
  list.text(1, after).text(2, prefix).text(3, end).integer(4, std::min<std::uint64_t>(limit, INT64_MAX));
  for (;;) {
    const auto row = list.next();
    if (!row) return row.error();
    if (!*row) return Done{};
    keys.emplace_back(list.bytes_at(0));
  }
}

}  // namespace decima::adapters
