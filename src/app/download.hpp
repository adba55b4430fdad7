#pragma once
#include <functional>
#include <string>

#include "app/remote.hpp"
#include "base/result.hpp"
#include "core/compute.hpp"

namespace decima::app {

struct Downloaded {
  std::uint64_t bytes = 0;
  std::string sha256;  ///< that was compared with the server's; empty for a part, whose hash the server does not know
};

/// Takes what lies at `path` of the server, piece by piece and in order. When the connection breaks off it goes on
/// where it was, as often as it gets further. `expect` hears how long it will be. When the bytes that came do not have
/// the hash that the server named, the error is corrupt.
Result<Downloaded> download(Remote& remote, const std::string& path, const core::TakeText& take,
                            const std::function<void(std::uint64_t bytes)>& expect);

}  // namespace decima::app
