#pragma once

#include <memory>

namespace multipath {

/// While it lives, Ctrl-C, SIGTERM and SIGHUP end nothing: they are only noted, so that what was
/// begun is finished. Programs that are started have them as usual.
class Interruption {
 public:
  Interruption();
  ~Interruption();
  Interruption(const Interruption&) = delete;
  Interruption& operator=(const Interruption&) = delete;

  /// Has one come?
  bool asked();

 private:
  bool asked_ = false;
  struct Mask;
  std::unique_ptr<Mask> former_;
};

}  // namespace multipath
