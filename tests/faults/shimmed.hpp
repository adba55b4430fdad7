#pragma once
#include <memory>

#include "program.hpp"
#include "shim_control.hpp"

namespace decima::faults {

/// A data folder whose program runs with the shim between itself and the kernel.
class Shimmed {
 public:
  Shimmed();
  ~Shimmed();
  Shimmed(const Shimmed&) = delete;
  Shimmed& operator=(const Shimmed&) = delete;

  const std::filesystem::path& data() const { return data_; }
  const std::filesystem::path& log() const { return log_; }
  ShimControl& control() { return *control_; }

  /// The environment that loads the shim: to write down what happens, to fail what the page names, or to kill the
  /// program when a file gets a name that begins so.
  program::Variables recording() const;
  program::Variables failing() const;
  program::Variables killing(const std::string& name) const;

 private:
  program::Variables loading(const std::string& more) const;

  program::Folder folder_;
  std::filesystem::path data_, log_;
  ShimControl* control_;
};

}  // namespace decima::faults
