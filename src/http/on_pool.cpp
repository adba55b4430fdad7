#include "http/on_pool.hpp"

#include <boost/asio/async_result.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <memory>

namespace decima::http {

Awaitable<bool> on_pool(Pool& pool, const Executor& executor, std::function<void()> work, bool admitted) {
  auto initiate = [&pool, executor, work = std::move(work), admitted](auto handler) {
    // The pool's functions are copyable, the handler is not.
    const auto shared = std::make_shared<decltype(handler)>(std::move(handler));
    auto resume = [shared, guard = asio::make_work_guard(executor)](bool done) {
      asio::post(guard.get_executor(), [shared, done] { (*shared)(done); });
    };
    std::function<void()> job = [work, resume] {
      work();
      resume(true);
    };
    if (admitted)
      pool.run(std::move(job));
    else if (!pool.try_run(std::move(job)))
      resume(false);
  };
  return asio::async_initiate<const UseAwaitable&, void(bool)>(std::move(initiate), use_awaitable);
}

}  // namespace decima::http
