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

void add_native_namespace(FakeHost& host) {
  MemoryTree& sys = host.sys;
  const std::string subsystem = "devices/virtual/nvme-subsystem/nvme-subsys0";
  const std::string folder = subsystem + "/nvme0n1";
  sys.file(subsystem + "/model", "Linux                                   \n");
  sys.file(subsystem + "/firmware_rev", "6.1.0-56\n");
  sys.file(folder + "/wwid", "uuid.893750cc-ca74-481b-a49a-d3371d5f0b93\n");
  sys.file(folder + "/size", "131072\n");
  sys.file(folder + "/ro", "0\n");
  sys.file(folder + "/dev", "259:1\n");
  sys.folder(folder + "/holders");
  sys.link("class/nvme-subsystem/nvme-subsys0", "../../" + subsystem);
  sys.link("class/block/nvme0n1", "../../" + folder);
  sys.link("dev/block/259:1", "../../" + folder);
  for (const int number : {0, 1}) {
    const std::string name = fmt::format("nvme{}", number);
    const std::string device = "devices/virtual/nvme-fabrics/ctl/" + name;
    sys.file(device + "/state", number == 0 ? "live\n" : "connecting\n");
    const std::string hidden = device + fmt::format("/nvme0c{}n1", number);
    sys.file(hidden + "/ana_state", number == 0 ? "optimized\n" : "inaccessible\n");
    sys.link(subsystem + "/" + name, "../../nvme-fabrics/ctl/" + name);
  }
  host.dev.file("nvme0n1", "");
}

}  // namespace tests
