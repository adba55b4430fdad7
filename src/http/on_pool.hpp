#pragma once
#include <functional>

#include "http/asio.hpp"
#include "http/pool.hpp"

namespace decima::http {

/// Has the pool do `work`, then goes on here; false when its line was full. `admitted` work is never refused.
Awaitable<bool> on_pool(Pool& pool, const Executor& executor, std::function<void()> work, bool admitted);

}  // namespace decima::http
