#pragma once

#include <functional>
#include <string>

#include "multipath/host/host.h"
#include "tests/support/holder_world.h"

namespace tests {

/// How a source of information fails.
enum class Loss : std::uint8_t {
  proc_vanishes,  ///< /proc becomes empty
  proc_silent,    ///< the files exist but cannot be read: EIO, EACCES
  sys_vanishes,
  sys_silent,
  process_ends,    ///< the process `ending_process`
  devices_refuse,  ///< no device can be opened
  all_silent,
};
inline constexpr std::array every_loss{
    Loss::proc_vanishes, Loss::proc_silent,    Loss::sys_vanishes, Loss::sys_silent,
    Loss::process_ends,  Loss::devices_refuse, Loss::all_silent};

/// A machine that gives wrong or no information from a certain query on. Devices that the test
/// marks as claimed stay claimed.
class VanishingHost {
 public:
  VanishingHost(HolderWorld& world, const multipath::Host& inner);

  multipath::Host host();
  void claim(const std::string& kname) { claimed_ = kname; }
  /// The query, counted from now, from which on the fault applies; none for never.
  void lose(Loss loss, std::size_t at, const std::string& process);
  std::size_t query_count() const { return queries_; }

 private:
  class Tree;
  class Devices;
  bool is_lost(std::initializer_list<Loss> losses) const;
  /// Counts a query and triggers the fault if it is due.
  void ask();

  HolderWorld& world_;
  multipath::Host inner_;
  std::string claimed_;
  Loss loss_ = Loss::all_silent;
  std::string process_;
  std::size_t at_ = static_cast<std::size_t>(-1);
  std::size_t queries_ = 0;
  std::unique_ptr<multipath::SysTree> sys_, proc_;
  std::unique_ptr<multipath::DeviceAccess> devices_;
};

}  // namespace tests
