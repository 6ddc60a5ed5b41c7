#include "tests/support/holder_world.h"

#include <fmt/format.h>

namespace tests {

using multipath::Holder;
using multipath::HolderKind;
using multipath::Reach;

namespace {

HolderKind kind_by_name(const std::string& kname) {
  if (kname.starts_with("md")) return HolderKind::raid;
  if (kname.starts_with("dm-")) return HolderKind::linear;
  if (kname.starts_with("bcache")) return HolderKind::bcache;
  if (kname.starts_with("loop")) return HolderKind::loop;
  return kname.back() >= '0' && kname.back() <= '9' ? HolderKind::partition : HolderKind::disk;
}

}  // namespace

Holder& GraphMaker::add(const std::string& kname, const std::vector<std::string>& uses) {
  const std::size_t index = graph_.nodes.size();
  Holder node;
  node.kname = kname;
  node.kind = kind_by_name(kname);
  node.number = {253, static_cast<std::uint32_t>(index)};
  if (node.kind == HolderKind::linear) {
    node.dm_name = "map" + kname.substr(3);
    node.dm_table = "0 8 linear 8:0 0";
  }
  graph_.nodes.push_back(node);
  for (const std::string& lower : uses) graph_.link(index, graph_.find(lower).value());
  return graph_.nodes.back();
}

Holder& GraphMaker::at(const std::string& kname) {
  return graph_.nodes.at(graph_.find(kname).value());
}

Holder& GraphMaker::volume(const std::string& kname, const std::string& group,
                           const std::string& name, const std::vector<std::string>& uses) {
  Holder& node = add(kname, uses);
  node.kind = HolderKind::lvm;
  node.group = group;
  node.dm_name = group + "-" + name;
  node.dm_uuid = fmt::format("LVM-{:0<32}{:0<32}", group, name);
  return node;
}

GraphMaker& GraphMaker::base(const std::string& kname) {
  at(kname).reach = Reach::base;
  graph_.bases.push_back(graph_.find(kname).value());
  return *this;
}

multipath::HolderMount mount_on(const std::string& mount_point, int id, int parent) {
  multipath::HolderMount mount;
  mount.mount_point = mount_point;
  mount.root = "/";
  mount.file_system = "ext4";
  mount.source = "/dev/source";
  mount.options = "rw,relatime";
  mount.id = id;
  mount.parent = parent;
  mount.name_space = 1;
  return mount;
}

HolderWorld::HolderWorld() {
  proc.link("self", "100");
  process(100, "multipath", 1, "20 1 0:30 / / rw - tmpfs none rw\n");
}

std::string HolderWorld::folder(const std::string& kname) const { return folders_.at(kname); }
multipath::DeviceNumber HolderWorld::number(const std::string& kname) const {
  return numbers_.at(kname);
}

HolderWorld& HolderWorld::device(const std::string& kname, const std::vector<std::string>& uses) {
  const std::string path =
      folders_.contains(kname) ? folders_[kname] : "devices/virtual/block/" + kname;
  folders_[kname] = path;
  const auto minor = static_cast<std::uint32_t>(numbers_.size());
  const auto own = numbers_.try_emplace(kname, multipath::DeviceNumber{253, minor}).first->second;
  sys.file(path + "/dev", to_string(own) + "\n").file(path + "/size", "2048\n");
  sys.folder(path + "/holders").folder(path + "/slaves");
  sys.link("class/block/" + kname, "../../" + path);
  sys.link("dev/block/" + to_string(own), "../../" + path);
  dev.file(kname, "");
  for (const std::string& lower : uses) {
    sys.link(fmt::format("{}/holders/{}", folders_.at(lower), kname), "/" + path);
    sys.link(fmt::format("{}/slaves/{}", path, lower), "/" + folders_.at(lower));
  }
  return *this;
}

HolderWorld& HolderWorld::partition(const std::string& disk, const std::string& kname) {
  folders_[kname] = folders_.at(disk) + "/" + kname;
  device(kname);
  const std::string digits = kname.substr(kname.find_last_not_of("0123456789") + 1);
  return attribute(kname, "partition", digits);
}

HolderWorld& HolderWorld::map(const std::string& kname, const std::string& name,
                              const std::string& uuid, const std::vector<std::string>& uses) {
  device(kname, uses);
  dev.link("mapper/" + name, "../" + kname);
  return attribute(kname, "dm/name", name).attribute(kname, "dm/uuid", uuid);
}

HolderWorld& HolderWorld::attribute(const std::string& kname, const std::string& name,
                                    const std::string& text) {
  sys.file(folders_.at(kname) + "/" + name, text + "\n");
  return *this;
}

HolderWorld& HolderWorld::process(int pid, const std::string& command, int name_space,
                                  const std::string& mountinfo) {
  const std::string path = std::to_string(pid);
  proc.file(path + "/comm", command + "\n").file(path + "/stat", path + " (x) S 1");
  proc.file(path + "/mountinfo", mountinfo).folder(path + "/fd");
  proc.link(path + "/ns/mnt", fmt::format("mnt:[{}]", name_space));
  return *this;
}

}  // namespace tests
