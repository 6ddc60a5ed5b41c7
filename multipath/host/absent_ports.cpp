#include "multipath/host/absent_ports.h"

#include <cerrno>
#include <string>
#include <system_error>

namespace multipath {
namespace {

[[noreturn]] void refuse(const std::string& why) {
  throw std::system_error(ENOTSUP, std::generic_category(), why);
}

class AbsentDeviceAccess final : public DeviceAccess {
 public:
  std::optional<DeviceNumber> node_number(const std::string&) const override {
    return std::nullopt;
  }
  std::optional<DeviceNumber> file_system_number(const std::string&) const override {
    return std::nullopt;
  }
  Claim exclusive(const std::string&) const override { return Claim::unknown; }
  std::unique_ptr<Lock> lock(const std::string& path, const std::string&, std::string&) override {
    refuse("cannot lock " + path + ": this host has no lock files");
  }
  std::unique_ptr<Lock> lock_disk(const std::string&, std::string& holder) override {
    holder.clear();
    return nullptr;
  }
};

class AbsentStateFiles final : public StateFiles {
 public:
  std::optional<std::string> read(const std::string&) override { return std::nullopt; }
  std::vector<std::string> list(const std::string&) override { return {}; }
  bool update(const std::string& path, const Change&) override {
    refuse("cannot write " + path + ": this host keeps no state");
  }
  bool remove(const std::string&) override { return false; }
};

class AbsentSysWriter final : public SysWriter {
 public:
  void write(std::string_view path, std::string_view value) override {
    refuse("cannot write " + std::string(value) + " to /sys/" + std::string(path) +
           ": nothing is written on this host");
  }
};

class AbsentEventSpool final : public EventSpool {
 public:
  void hand_in(DeviceNumber device) override {
    refuse("cannot hand in " + to_string(device) + ": this host handles no events");
  }
  std::vector<Entry> waiting() override { return {}; }
  void done(const std::vector<Entry>&) override {}
  std::unique_ptr<Turn> take_turn() override { return nullptr; }
};

class AbsentPartitionTables final : public PartitionTables {
 public:
  std::vector<Partition> read(const std::string& kname) override {
    refuse("cannot read the partition table of " + kname +
           ": a capture does not record what is written on devices");
  }
};

class AbsentMountNamespaces final : public MountNamespaces {
 public:
  std::unique_ptr<MountNamespace> open(int, std::uint64_t) override {
    throw std::system_error(std::make_error_code(std::errc::function_not_supported));
  }
};

class AbsentNvmeAccess final : public NvmeAccess {
 public:
  NamespaceAccess access(const std::string&, std::uint32_t) override { return {}; }
};

class AbsentSignatureBackup final : public SignatureBackup {
 public:
  void require_trusted(const std::string&) const override {}
  std::string begin(const std::string& folder, const std::string&) override {
    refuse("cannot save signatures in " + folder + ": this host has no directory for them");
  }
  void keep(const std::string&, const std::string& folder, const std::string&, Compare) override {
    refuse("cannot save signatures in " + folder + ": this host has no directory for them");
  }
  void end(const std::string&) noexcept override {}
};

/// One object for the whole run.
template <typename Absent>
Absent& the() {
  static Absent absent;
  return absent;
}

}  // namespace

DeviceAccess& absent_device_access() { return the<AbsentDeviceAccess>(); }
StateFiles& absent_state_files() { return the<AbsentStateFiles>(); }
SysWriter& absent_sys_writer() { return the<AbsentSysWriter>(); }
EventSpool& absent_event_spool() { return the<AbsentEventSpool>(); }
PartitionTables& absent_partition_tables() { return the<AbsentPartitionTables>(); }
MountNamespaces& absent_mount_namespaces() { return the<AbsentMountNamespaces>(); }
NvmeAccess& absent_nvme_access() { return the<AbsentNvmeAccess>(); }
SignatureBackup& absent_signature_backup() { return the<AbsentSignatureBackup>(); }

}  // namespace multipath
