#include "adapters/store/group_writer.hpp"

#include <algorithm>
#include <new>

namespace decima::adapters {

Result<> run_guarded(const Act& act, Connection& connection) {
  try {
    return act(connection);
  } catch (const SqlFailure& failure) {
    return failure.error();
  } catch (const std::bad_alloc&) {
    return Error{Code::out_of_memory, "in a database act"};
  } catch (const std::exception& surprise) {
    return Error{Code::internal, "in a database act: " + std::string(surprise.what())};
  }
}

GroupWriter::GroupWriter(Connection connection) : connection_(std::move(connection)), thread_([this] { work(); }) {}

GroupWriter::~GroupWriter() {
  {
    std::lock_guard lock(mutex_);
    ending_ = true;
  }
  arrived_.notify_one();
  thread_.join();
}

Result<> GroupWriter::write(const Act& act, Lasting lasting) {
  Pending pending{&act, lasting, {}};
  auto answer = pending.answer.get_future();
  {
    std::lock_guard lock(mutex_);
    waiting_.push_back(std::move(pending));
  }
  arrived_.notify_one();
  return answer.get();
}

std::size_t GroupWriter::waiting() const {
  std::lock_guard lock(mutex_);
  return waiting_.size();
}

void GroupWriter::work() {
  for (Batch batch = next_batch(); !batch.empty(); batch = next_batch()) {
    run(batch);
    for (Pending& pending : batch) pending.answer.set_value(std::move(pending.outcome));
  }
}

/// Empty only at the end.
GroupWriter::Batch GroupWriter::next_batch() {
  std::unique_lock lock(mutex_);
  arrived_.wait(lock, [this] { return ending_ || !waiting_.empty(); });
  return std::exchange(waiting_, {});
}

void GroupWriter::run(Batch& batch) {
  try {
    choose_sync(batch);
    if (!run_plainly(batch)) run_apart(batch);
    commits_.add();
    if (chosen_ == Lasting::always) syncs_.add();
    acts_.add(static_cast<double>(batch.size()));
  } catch (const SqlFailure& failure) {
    roll_back();
    for (Pending& pending : batch) pending.outcome = failure.error();
  }
}

/// As if no act could fail: a savepoint makes SQLite copy each page that it changes. When one has failed, nothing of
/// the batch has happened.
bool GroupWriter::run_plainly(Batch& batch) {
  connection_.change("begin immediate");
  for (Pending& pending : batch) {
    pending.outcome = run_guarded(*pending.act, connection_);
    if (pending.outcome) continue;
    roll_back();
    return false;
  }
  connection_.change("commit");
  return true;
}

/// So that an act which fails undoes itself and nothing else.
void GroupWriter::run_apart(Batch& batch) {
  connection_.change("begin immediate");
  for (Pending& pending : batch) pending.outcome = attempt(*pending.act);
  connection_.change("commit");
}

/// Before the transaction: inside one SQLite ignores it.
void GroupWriter::choose_sync(const Batch& batch) {
  const bool sync = std::ranges::any_of(batch, [](const Pending& act) { return act.lasting == Lasting::always; });
  const Lasting wanted = sync ? Lasting::always : Lasting::until_outage;
  if (wanted == chosen_) return;
  connection_.script(sync ? "pragma synchronous = full" : "pragma synchronous = normal");
  chosen_ = wanted;
}

Result<> GroupWriter::attempt(const Act& act) {
  connection_.change("savepoint act");
  Result<> outcome = run_guarded(act, connection_);
  if (!outcome) {
    try {
      connection_.change("rollback to act");
    } catch (const SqlFailure&) {
      // A full disk or a failed write ends the whole transaction, savepoints and all; its reason is what counts.
      throw SqlFailure(outcome.error());
    }
  }
  connection_.change("release act");
  return outcome;
}

void GroupWriter::roll_back() noexcept {
  try {
    connection_.change("rollback");
  } catch (const SqlFailure&) {
    // There was no transaction any more.
  }
}

}  // namespace decima::adapters
