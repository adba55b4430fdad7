#include "http/watches.hpp"

#include <boost/json/serialize.hpp>
#include <vector>

#include "http/job_json.hpp"

namespace decima::http {
namespace {

/// How often progress is told at most.
constexpr Duration progress_pause{250};
/// How late a change by another process is noticed.
constexpr Duration look_anyway{1000};

bool same(const core::Job& a, const core::Job& b) {
  return a.state == b.state && a.fence == b.fence && a.updated_at == b.updated_at;
}

}  // namespace

Watch::Watch(Watches& watches, const core::Identity& identity) : watches_(watches), identity_(identity) {
  notices_ = watches_.service_.listen(identity_, [this](core::State) { look_soon(); });
}

Watch::~Watch() {
  deafen();
  watches_.forget(identity_);
}

void Watch::deafen() { notices_ = {}; }

void Watch::look_soon() {
  if (looks_soon_.exchange(true)) return;
  // It may be ending at this moment; its end waits for the callback that this runs in.
  if (auto self = weak_from_this().lock()) watches_.pool_.run([self = std::move(self)] { (void)self->look(); });
}

/// On the pool. When the store does not answer, what was known stays, and it is asked again a second later.
Result<> Watch::look() {
  const std::lock_guard one_after_the_other(looking_);
  looks_soon_ = false;
  auto found = watches_.service_.find(identity_);
  const std::lock_guard lock(mutex_);
  looked_ = SteadyClock::now();
  if (!found) return found.error();
  if (!*found) return Error{Code::not_found, "nobody has asked for " + identity_.text() + " yet"};
  if (row_ && same(*row_, **found)) return Done{};
  row_ = std::move(**found);
  stale_ = true;
  for (const Wakeup* listener : listeners_) listener->wake();
  return Done{};
}

bool Watch::has_moved() const {
  if (SteadyClock::now() - made_ < progress_pause) return false;
  const auto live = watches_.service_.progress(identity_);
  return live && (live->done != work_shown_ || live->phase != phase_shown_);
}

void Watch::make() {
  const auto live = watches_.service_.progress(identity_).value_or(core::LiveJobs::Status{});
  work_shown_ = live.done;
  phase_shown_ = live.phase;
  made_ = SteadyClock::now();
  stale_ = false;
  auto next = std::make_shared<Shown>();
  next->version = shown_ ? shown_->version + 1 : 1;
  next->json = boost::json::serialize(job_json(*row_, watches_.service_));
  next->last = core::finished(row_->state);
  if (!shown_ || shown_->json != next->json) shown_ = std::move(next);
}

std::shared_ptr<const Watch::Shown> Watch::shown() {
  bool too_old = false;
  std::shared_ptr<const Shown> answer;
  {
    const std::lock_guard lock(mutex_);
    if (stale_ || has_moved()) make();
    too_old = SteadyClock::now() - looked_ >= look_anyway;
    answer = shown_;
  }
  if (too_old && !answer->last) look_soon();
  return answer;
}

SteadyClock::time_point Watch::ask_again() const {
  const std::lock_guard lock(mutex_);
  return SteadyClock::now() + (row_->state == core::State::calculating ? progress_pause : look_anyway);
}

Watch::Listening::Listening(Watch& watch, const Wakeup& wakeup) : watch_(watch), wakeup_(wakeup) {
  const std::lock_guard lock(watch_.mutex_);
  watch_.listeners_.insert(&wakeup_);
}

Watch::Listening::~Listening() {
  const std::lock_guard lock(watch_.mutex_);
  watch_.listeners_.erase(&wakeup_);
}

std::shared_ptr<Watch> Watches::find_or_make(const core::Identity& identity) {
  const std::lock_guard lock(mutex_);
  std::weak_ptr<Watch>& known = watches_[identity.text()];
  auto watch = known.lock();
  if (!watch) known = watch = std::make_shared<Watch>(*this, identity);
  return watch;
}

Result<std::shared_ptr<Watch>> Watches::open(const core::Identity& identity) {
  auto watch = find_or_make(identity);
  // It listens already, so nothing is missed between this look and the next notice.
  if (auto looked = watch->look(); !looked) return looked.error();
  return watch;
}

void Watches::forget(const core::Identity& identity) {
  const std::lock_guard lock(mutex_);
  const auto known = watches_.find(identity.text());
  if (known != watches_.end() && known->second.expired()) watches_.erase(known);
}

void Watches::close() {
  std::vector<std::shared_ptr<Watch>> left;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [name, known] : watches_)
      if (auto watch = known.lock()) left.push_back(std::move(watch));
  }
  for (const auto& watch : left) watch->deafen();
}

}  // namespace decima::http
