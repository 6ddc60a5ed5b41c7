#pragma once

#include <functional>
#include <string>
#include <vector>

#include "multipath/model/holder.h"
#include "tests/support/fake_host.h"

namespace tests {

/// A graph built by hand. The name sets the kind: sd* disk, md* raid, dm-* linear, bcache*, loop*;
/// a "p" or a digit after a disk's letters means a partition.
class GraphMaker {
 public:
  /// Adds a device on top of existing devices.
  multipath::Holder& add(const std::string& kname, const std::vector<std::string>& uses = {});
  multipath::Holder& at(const std::string& kname);
  /// A volume of a VG: "vg0", "data".
  multipath::Holder& volume(const std::string& kname, const std::string& group,
                            const std::string& name, const std::vector<std::string>& uses);
  GraphMaker& base(const std::string& kname);
  multipath::HolderGraph graph() const { return graph_.in_order(); }

 private:
  multipath::HolderGraph graph_;
};

multipath::HolderMount mount_on(const std::string& mount_point, int id, int parent = 1);

/// Stacked devices of a machine in memory.
class HolderWorld : public FakeHost {
 public:
  HolderWorld();
  /// A device below /sys/devices/virtual/block, with "holders" and "slaves" links both ways.
  HolderWorld& device(const std::string& kname, const std::vector<std::string>& uses = {});
  HolderWorld& partition(const std::string& disk, const std::string& kname);
  HolderWorld& map(const std::string& kname, const std::string& name, const std::string& uuid,
                   const std::vector<std::string>& uses);
  HolderWorld& attribute(const std::string& kname, const std::string& name,
                         const std::string& text);
  /// A process with these lines of mountinfo.
  HolderWorld& process(int pid, const std::string& command, int name_space,
                       const std::string& mountinfo);
  std::string folder(const std::string& kname) const;
  multipath::DeviceNumber number(const std::string& kname) const;

 private:
  std::map<std::string, std::string> folders_;
  std::map<std::string, multipath::DeviceNumber> numbers_;
};

}  // namespace tests
