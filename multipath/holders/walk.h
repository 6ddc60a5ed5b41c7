#pragma once

#include <deque>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "multipath/host/host.h"
#include "multipath/model/holder.h"

namespace multipath {

/// The walk from devices to the devices above them. Memoised by device number.
class HolderWalk {
 public:
  explicit HolderWalk(const Host& host);

  /// Adds the device and all devices above it. Nothing when there is no such device.
  std::optional<std::size_t> add(const std::string& kname, Reach reach);
  /// Adds a path of a base's unit, and all devices above it past the base.
  void add_path(const std::string& kname, const std::string& path_of);
  /// Volumes of a VG that is going down, wherever they are, and the devices above them.
  void add_group_mates();
  /// The devices outside that a device inside also needs.
  void add_legs();
  /// An upper device that sysfs knows nothing of ("a loop over a file on a mounted device").
  void add_above(const std::string& upper, std::size_t lower);

  HolderGraph graph;
  bool something_went = false;  ///< a device that was listed was not there any more when asked

 private:
  std::optional<std::size_t> node(const std::string& kname, Reach reach);
  std::vector<std::string> above(const Holder& holder) const;
  std::vector<std::string> below(const Holder& holder) const;
  void drain();
  void mark_path(std::size_t upper, std::size_t lower);
  void read_loops_and_volumes();

  const Host& host_;
  std::map<DeviceNumber, std::size_t> index_;
  std::map<std::string, std::size_t, std::less<>> by_kname_;
  std::deque<std::size_t> open_;
  std::multimap<std::string, std::string> loops_on_;     ///< lower kname -> loop
  std::multimap<std::string, std::string> volumes_of_;   ///< md container -> array
  std::multimap<std::string, std::string> lvm_members_;  ///< "LVM-<vg>" -> kname
  std::map<std::string, std::string> loop_lower_;
};

/// The kname of the block device that a path below /dev names, links followed.
std::optional<std::string> kname_of_node(const Host& host, const std::string& path);

}  // namespace multipath
