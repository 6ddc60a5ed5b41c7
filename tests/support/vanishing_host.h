#pragma once

#include <functional>
#include <string>

#include "multipath/host/host.h"
#include "tests/support/holder_world.h"

namespace tests {

/// How an observer is lost.
enum class Loss : std::uint8_t {
  proc_vanishes,  ///< /proc has no files any more
  proc_silent,    ///< they are there and do not answer: EIO, EACCES
  sys_vanishes,
  sys_silent,
  process_ends,    ///< that of `ending_process`
  devices_refuse,  ///< nothing can be opened any more
  all_silent,
};
inline constexpr std::array every_loss{
    Loss::proc_vanishes, Loss::proc_silent,    Loss::sys_vanishes, Loss::sys_silent,
    Loss::process_ends,  Loss::devices_refuse, Loss::all_silent};

/// A machine that stops telling the truth, or anything, from one question on. The devices that the
/// test names as claimed stay so whatever is asked.
class VanishingHost {
 public:
  VanishingHost(HolderWorld& world, const multipath::Host& inner);

  multipath::Host host();
  void claim(const std::string& kname) { claimed_ = kname; }
  /// From the question with that number on, counted from now; none for never.
  void lose(Loss loss, std::size_t at, const std::string& process);
  std::size_t discovery_options() const { return asked_; }

 private:
  class Tree;
  class Devices;
  bool is_lost(std::initializer_list<Loss> losses) const;
  /// Counts a question; the moment may be this one.
  void ask();

  HolderWorld& world_;
  multipath::Host inner_;
  std::string claimed_;
  Loss loss_ = Loss::all_silent;
  std::string process_;
  std::size_t at_ = static_cast<std::size_t>(-1);
  std::size_t asked_ = 0;
  std::unique_ptr<multipath::SysTree> sys_, proc_;
  std::unique_ptr<multipath::DeviceAccess> devices_;
};

}  // namespace tests
