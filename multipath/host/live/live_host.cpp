#include "multipath/host/live/live_host.h"

#include <system_error>

#include "libsg/sg_io_transport.h"
#include "multipath/host/live/blkid_partition_tables.h"
#include "multipath/host/live/file_tree.h"
#include "multipath/host/live/isolated_transport.h"
#include "multipath/host/live/libdm_device_mapper.h"
#include "multipath/host/live/live_clock.h"
#include "multipath/host/live/live_device_access.h"
#include "multipath/host/live/live_event_spool.h"
#include "multipath/host/live/live_mount_namespaces.h"
#include "multipath/host/live/live_nvme_access.h"
#include "multipath/host/live/live_signature_backup.h"
#include "multipath/host/live/live_state_files.h"
#include "multipath/host/live/live_sys_writer.h"
#include "multipath/host/live/live_udev.h"
#include "multipath/host/live/process_tool_runner.h"

namespace multipath {
namespace {

/// SG_IO, created for the first command: most runs for a uevent send none. Without the sg module
/// commands go to block nodes through IsolatedTransport.
class TransportOnDemand final : public scsi::Transport {
 public:
  explicit TransportOnDemand(const SysTree& sys) : sys_(sys) {}

  void prepare() override {
    if (transport_) return;
    transport_ = std::make_unique<scsi::SgIoTransport>("/dev");
    if (sys_.exists("class/scsi_generic")) return;
    try {
      transport_ =
          std::make_unique<IsolatedTransport>(std::make_unique<scsi::SgIoTransport>("/dev"));
    } catch (const std::system_error&) {
      // The fork failed: send commands from this process instead.
    }
  }

  std::unique_ptr<scsi::LogicalUnit> open(std::string_view node) override {
    prepare();
    return transport_->open(node);
  }

 private:
  const SysTree& sys_;
  std::unique_ptr<scsi::Transport> transport_;
};

}  // namespace

struct LiveHost::Adapters {
  explicit Adapters(const std::vector<std::string>& environment) : udev(environment) {}

  FileTree sys{"/sys"};
  FileTree proc{"/proc"};
  FileTree dev{"/dev"};
  TransportOnDemand scsi{sys};
  LiveUdev udev;
  dm::LibdmDeviceMapper device_mapper;
  ProcessToolRunner tools;
  LiveDeviceAccess devices;
  LiveStateFiles state_files;
  LiveSysWriter sys_writer;
  BlkidPartitionTables partition_tables;
  LiveEventSpool events{"/run/multipath/events"};
  LiveMountNamespaces mount_namespaces;
  LiveNvmeAccess nvme;
  LiveSignatureBackup signatures;
  LiveClock clock;
  Host host{.sys = sys,
            .proc = proc,
            .dev = dev,
            .scsi = scsi,
            .udev = udev,
            .device_mapper = device_mapper,
            .tools = tools,
            .clock = clock,
            .devices = devices,
            .state_files = state_files,
            .sys_writer = sys_writer,
            .events = events,
            .partition_tables = partition_tables,
            .mount_namespaces = mount_namespaces,
            .nvme = nvme,
            .signatures = signatures};
};

LiveHost::LiveHost(const std::vector<std::string>& environment)
    : adapters_(std::make_unique<Adapters>(environment)) {}
LiveHost::~LiveHost() = default;

Host& LiveHost::host() { return adapters_->host; }

}  // namespace multipath
