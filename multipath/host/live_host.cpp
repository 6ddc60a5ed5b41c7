#include "multipath/host/live_host.h"

#include <system_error>

#include "libsg/sg_io_transport.h"
#include "multipath/host/apart_transport.h"
#include "multipath/host/file_tree.h"
#include "multipath/host/libdm_device_mapper.h"
#include "multipath/host/live_device_access.h"
#include "multipath/host/live_udev.h"
#include "multipath/host/process_tool_runner.h"

namespace multipath {
namespace {

/// Without the sg module only block nodes are there to be asked: see ApartTransport.
std::unique_ptr<scsi::Transport> make_transport(const SysTree& sys) {
  auto transport = std::make_unique<scsi::SgIoTransport>("/dev");
  if (sys.exists("class/scsi_generic")) return transport;
  try {
    return std::make_unique<ApartTransport>(std::make_unique<scsi::SgIoTransport>("/dev"));
  } catch (const std::system_error&) {
    return transport;  // no process to be had: better from here than not at all
  }
}

}  // namespace

struct LiveHost::Adapters {
  FileTree sys{"/sys"};
  FileTree proc{"/proc"};
  FileTree dev{"/dev"};
  std::unique_ptr<scsi::Transport> scsi = make_transport(sys);
  LiveUdev udev;
  dm::LibdmDeviceMapper device_mapper;
  ProcessToolRunner tools;
  LiveDeviceAccess devices;
  LiveStateFiles state_files;
  Host host{sys, proc, dev, *scsi, udev, device_mapper, tools, &devices, &state_files};
};

LiveHost::LiveHost() : adapters_(std::make_unique<Adapters>()) {}
LiveHost::~LiveHost() = default;

Host& LiveHost::host() { return adapters_->host; }

}  // namespace multipath
