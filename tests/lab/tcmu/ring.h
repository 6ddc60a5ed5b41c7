#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "tests/lab/tcmu/command.h"

namespace tcmu {

struct Mailbox;
struct Entry;

// The memory which target_core_user shares with us for one device (linux/target_core_user.h, "Ring
// Design"): a mailbox, a ring of command entries and a data area, all in one mapping of /dev/uioN.
//
// Commands may be completed in any order (TCMU_MAILBOX_FLAG_CAP_OOOC): an answer is written to the
// oldest entry not yet given back, under the number of the command that it answers. So a command is
// copied out of its entry when it is taken, and one that is never answered only makes the ring
// shorter.
class Ring {
 public:
  // Throws std::system_error.
  explicit Ring(const std::string& uio);
  ~Ring();
  Ring(const Ring&) = delete;
  Ring& operator=(const Ring&) = delete;

  int descriptor() const { return descriptor_; }
  // Clears the interrupt that made the descriptor readable; false when the device is gone.
  bool acknowledge();
  std::optional<Command> take();
  void complete(const Command& command, const Answer& answer);

 private:
  Entry* entry(std::uint32_t offset) const;
  std::uint32_t after(std::uint32_t offset) const;

  int descriptor_;
  std::size_t size_;
  std::uint8_t* memory_;
  Mailbox* mailbox_;
  std::uint32_t taken_;
};

}  // namespace tcmu
