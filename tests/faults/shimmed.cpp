#include "shimmed.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <stdexcept>

namespace decima::faults {
namespace {

namespace fs = std::filesystem;

ShimControl* map_page(const fs::path& path) {
  const int file = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0 || ftruncate(file, sizeof(ShimControl)) != 0) throw std::runtime_error("no control page");
  void* page = mmap(nullptr, sizeof(ShimControl), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  close(file);
  if (page == MAP_FAILED) throw std::runtime_error("no control page");
  return static_cast<ShimControl*>(page);
}

}  // namespace

Shimmed::Shimmed() : data_(fs::canonical(folder_.path()) / "data"), log_(folder_ / "log") {
  fs::create_directory(data_);
  control_ = map_page(folder_ / "control");
}

Shimmed::~Shimmed() { munmap(control_, sizeof(ShimControl)); }

program::Variables Shimmed::loading(const std::string& more) const {
  return {std::string("LD_PRELOAD=") + DECIMA_SHIM, "DECIMA_SHIM_ROOT=" + data_.string(), more};
}
program::Variables Shimmed::recording() const { return loading("DECIMA_SHIM_LOG=" + log_.string()); }
program::Variables Shimmed::failing() const { return loading("DECIMA_SHIM_CONTROL=" + (folder_ / "control").string()); }
program::Variables Shimmed::killing(const std::string& name) const { return loading("DECIMA_SHIM_KILL=" + name); }

}  // namespace decima::faults
