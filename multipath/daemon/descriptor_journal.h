#pragma once

#include <cstdint>
#include <string>

#include "multipath/daemon/journal.h"

namespace multipath::daemon {

/// Lines on a descriptor: "multipathd: sda: path of mpatha does not work". Nothing waits: when the
/// descriptor takes nothing, lines are kept, up to 256 KiB, and then counted instead.
class DescriptorJournal final : public Journal {
 public:
  explicit DescriptorJournal(int descriptor) : descriptor_(descriptor) {}

  void add(const Finding& finding) override;
  /// Writes what is kept, as far as the descriptor takes it.
  void flush();
  bool has_kept() const { return !kept_.empty(); }

 private:
  int descriptor_;
  std::string kept_;
  std::uint64_t dropped_ = 0;
};

}  // namespace multipath::daemon
