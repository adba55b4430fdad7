#include "http/wakeup.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>

namespace decima::http {

void Wakeup::wake(const std::shared_ptr<State>& state) {
  if (state->woken.exchange(true)) return;
  asio::post(state->timer.get_executor(), [state] { state->timer.cancel(); });
}

Awaitable<> Wakeup::wait_until(SteadyClock::time_point moment) {
  const std::shared_ptr<State> state = state_;
  if (state->woken.exchange(false)) co_return;
  state->timer.expires_at(moment);
  boost::system::error_code ignored;
  co_await state->timer.async_wait(asio::redirect_error(use_awaitable, ignored));
  state->woken.exchange(false);  // and sees all that was done before it was set
}

}  // namespace decima::http
