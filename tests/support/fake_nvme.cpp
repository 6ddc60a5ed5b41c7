#include "tests/support/fake_nvme.h"

#include <fmt/format.h>

namespace tests {

void add_namespace(FakeHost& host, std::uint32_t controller, const NamespaceState& state) {
  const std::string name = fmt::format("nvme{}", controller), kname = name + "n1";
  const std::string device = "devices/virtual/nvme-fabrics/ctl/" + name;
  const std::string folder = device + "/" + kname;
  MemoryTree& sys = host.sys;
  sys.file(device + "/state", state.controller_state + "\n");
  sys.file(device + "/model", state.model + "\n");
  sys.file(device + "/firmware_rev", "6.1.0-56\n");
  sys.file(device + "/serial", "47714ca98c99c4460df0\n");
  sys.file(device + "/transport", state.transport + "\n");
  sys.file(device + "/cntlid", fmt::format("{}\n", controller + 1));
  sys.file(folder + "/wwid", state.wwid + "\n");
  sys.file(folder + "/nsid", "1\n");
  sys.file(folder + "/size", fmt::format("{}\n", state.size_sectors));
  sys.file(folder + "/ro", "0\n");
  sys.file(folder + "/dev", fmt::format("259:{}\n", controller));
  sys.folder(folder + "/holders");
  sys.folder(folder + "/slaves");
  sys.link(folder + "/device", "../../" + name);
  sys.link("class/block/" + kname, "../../" + folder);
  sys.link("class/nvme/" + name, "../../" + device);
  sys.link(fmt::format("dev/block/259:{}", controller), "../../" + folder);
  host.dev.file(kname, "");
}

}  // namespace tests
