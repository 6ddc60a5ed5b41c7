#include "multipath/host/live_host.h"

#include "libsg/sg_io_transport.h"
#include "multipath/host/file_tree.h"
#include "multipath/host/libdm_device_mapper.h"
#include "multipath/host/live_device_access.h"
#include "multipath/host/live_udev.h"
#include "multipath/host/process_tool_runner.h"

namespace multipath {

struct LiveHost::Adapters {
  FileTree sys{"/sys"};
  FileTree proc{"/proc"};
  FileTree dev{"/dev"};
  scsi::SgIoTransport scsi{"/dev"};
  LiveUdev udev;
  dm::LibdmDeviceMapper device_mapper;
  ProcessToolRunner tools;
  LiveDeviceAccess devices;
  LiveStateFiles state_files;
  Host host{sys, proc, dev, scsi, udev, device_mapper, tools, &devices, &state_files};
};

LiveHost::LiveHost() : adapters_(std::make_unique<Adapters>()) {}
LiveHost::~LiveHost() = default;

Host& LiveHost::host() { return adapters_->host; }

}  // namespace multipath
