#include "multipath/capture/captured_host.h"

#include <algorithm>
#include <cerrno>
#include <stdexcept>
#include <system_error>

#include <fmt/format.h>

#include "multipath/capture/capture.h"
#include "multipath/capture/captured_tree.h"
#include "multipath/capture/device_mapper_facts.h"
#include "multipath/capture/exchanges.h"
#include "multipath/capture/fact_names.h"
#include "multipath/capture/facts.h"
#include "multipath/capture/missing.h"
#include "multipath/capture/namespace_access_text.h"
#include "multipath/host/memory/memory_clock.h"
#include "multipath/host/memory/memory_device_mapper.h"
#include "multipath/host/memory/memory_event_spool.h"
#include "multipath/host/memory/memory_state_files.h"
#include "multipath/model/cut.h"

namespace multipath {
namespace {

[[noreturn]] void wrong(const std::string& file, const Facts::Mistake& mistake) {
  throw std::runtime_error(fmt::format("{}:{}: {}", file, mistake.line, mistake.what));
}

Facts facts_of(const CaptureFiles& directory, const std::string& file) {
  auto facts = Facts::parse(directory.read(file).value_or(""));
  if (!facts) wrong(file, facts.error());
  return std::move(*facts);
}

Exchanges exchanges_of(const CaptureFiles& directory) {
  const std::string file = "scsi.txt";
  auto exchanges = Exchanges::parse(
      directory.read(file).value_or(""),
      [&directory](const std::string& name) { return directory.read("scsi/" + name); });
  if (!exchanges) wrong(file, exchanges.error());
  return std::move(*exchanges);
}

std::optional<DeviceNumber> number_in(std::string_view line) {
  if (line.ends_with('\n')) line.remove_suffix(1);
  return parse_device_number(line);
}

class CapturedUnit final : public scsi::LogicalUnit {
 public:
  CapturedUnit(const Exchanges& exchanges, std::string node, Missing& missing)
      : exchanges_(exchanges), node_(std::move(node)), missing_(missing) {}

  scsi::Response execute(const scsi::Command& command) override {
    if (auto response = exchanges_.execute(node_, command.cdb)) return std::move(*response);
    if (auto response = instead_of_read(command)) return std::move(*response);
    std::string bytes;
    for (const auto byte : command.cdb)
      bytes += fmt::format(" {:02x}", static_cast<unsigned>(byte));
    missing_.note(fmt::format("SCSI command to {}:{}", node_, bytes));
    scsi::Response response;
    response.delivery = scsi::Delivery::refused;
    response.os_error = ENODATA;
    return response;
  }

 private:
  /// A capture that was made when TEST UNIT READY checked the unit has no READ of its first block:
  /// what was recorded stands for it.
  std::optional<scsi::Response> instead_of_read(const scsi::Command& command) const {
    constexpr std::uint8_t read_10_code = 0x28;
    if (command.cdb.front() != read_10_code) return std::nullopt;
    auto response = exchanges_.execute(node_, scsi::test_unit_ready(command.timeout).cdb);
    constexpr std::size_t usual_block = 512;
    if (response && response->usable())
      response->data.assign(std::min(command.allocation_length, usual_block), 0);
    return response;
  }

  const Exchanges& exchanges_;
  std::string node_;
  Missing& missing_;
};

class CapturedTransport final : public scsi::Transport {
 public:
  CapturedTransport(Exchanges exchanges, Missing& missing)
      : exchanges_(std::move(exchanges)), missing_(missing) {}

  std::unique_ptr<scsi::LogicalUnit> open(std::string_view node) override {
    const auto opened = exchanges_.open(node);
    if (!opened.recorded) missing_.note(fmt::format("open {} for SCSI commands", node));
    if (opened.recorded && opened.error == 0)
      return std::make_unique<CapturedUnit>(exchanges_, std::string(node), missing_);
    throw std::system_error(opened.recorded ? opened.error : ENODATA, std::generic_category(),
                            fmt::format("cannot open {}", node));
  }

 private:
  Exchanges exchanges_;
  Missing& missing_;
};

class CapturedUdev final : public UdevDatabase {
 public:
  CapturedUdev(Facts facts, Missing& missing) : facts_(std::move(facts)), missing_(missing) {}

  std::vector<std::string> enumerate_disks(
      const std::vector<std::string>& patterns) const override {
    const auto names = facts_.list(fact_names::disks(patterns));
    if (!names) missing_.note("disks that udev knows");
    return names.value_or(std::nullopt).value_or(std::vector<std::string>{});
  }
  std::optional<std::map<std::string, std::string>> properties(DeviceNumber number) const override {
    const auto text = facts_.read(fact_names::properties(number));
    if (!text) missing_.note("udev's properties of " + to_string(number));
    if (!text || !*text) return std::nullopt;
    std::map<std::string, std::string> properties;
    for (std::string_view rest = **text; !rest.empty();) {
      std::string_view value = cut(rest, '\n');
      const std::string_view name = cut(value, '=');
      properties.emplace(name, value);
    }
    return properties;
  }
  std::vector<std::string> links(DeviceNumber number) const override {
    const auto names = facts_.list(fact_names::links(number));
    if (!names) missing_.note("udev's links of " + to_string(number));
    return names.value_or(std::nullopt).value_or(std::vector<std::string>{});
  }
  bool daemon_running() const override {
    const auto running = facts_.exists(fact_names::daemon);
    if (!running) missing_.note("whether udevd runs");
    return running.value_or(false);
  }
  bool settle(std::chrono::milliseconds) const override { return true; }

 private:
  Facts facts_;
  Missing& missing_;
};

class CapturedTools final : public ToolRunner {
 public:
  CapturedTools(Facts facts, Missing& missing) : facts_(std::move(facts)), missing_(missing) {}

  bool available(const std::string& program) const override {
    const auto there = facts_.exists(program);
    if (!there) missing_.note("is there " + program);
    return there.value_or(false);
  }
  ToolRun run(const std::vector<std::string>& argv, std::chrono::milliseconds) override {
    const auto status = part(argv, "status");
    if (!status) {
      missing_.note("run " + fact_names::joined(argv));
      throw std::system_error(ENODATA, std::generic_category(), "cannot run " + argv.front());
    }
    ToolRun run;
    run.exit_status = std::atoi(status->c_str());
    run.timed_out = facts_.exists(fact_names::tool(argv, "timed-out")).value_or(false);
    run.output = part(argv, "output").value_or("");
    run.errors = part(argv, "errors").value_or("");
    return run;
  }

 private:
  std::optional<std::string> part(const std::vector<std::string>& argv, const char* what) const {
    return facts_.read(fact_names::tool(argv, what)).value_or(std::nullopt);
  }
  Facts facts_;
  Missing& missing_;
};

class CapturedDevices final : public DeviceAccess {
 public:
  CapturedDevices(Facts facts, Missing& missing) : facts_(std::move(facts)), missing_(missing) {}

  std::optional<DeviceNumber> node_number(const std::string& path) const override {
    return number("the device that is named " + path, fact_names::node(path));
  }
  std::optional<DeviceNumber> file_system_number(const std::string& path) const override {
    return number("the device of the file system of " + path, fact_names::file_system(path));
  }
  Claim exclusive(const std::string& kname) const override {
    const auto word = facts_.read(fact_names::claim(kname));
    if (!word) missing_.note("is " + kname + " free");
    std::string text = word.value_or(std::nullopt).value_or("");
    if (!text.ends_with('\n')) return Claim::unknown;
    text.pop_back();
    return fact_names::claim_words.parse(text).value_or(Claim::unknown);
  }
  std::unique_ptr<Lock> lock(const std::string&, const std::string&, std::string&) override {
    return std::make_unique<Lock>();
  }
  std::unique_ptr<Lock> lock_disk(const std::string&, std::string&) override {
    return std::make_unique<Lock>();
  }

 private:
  std::optional<DeviceNumber> number(const std::string& what, const std::string& name) const {
    const auto text = facts_.read(name);
    if (!text) missing_.note(what);
    return text && *text ? number_in(**text) : std::nullopt;
  }
  Facts facts_;
  Missing& missing_;
};

/// A capture may lack an answer: the access refines the priority, and captures of before have none.
class CapturedNvme final : public NvmeAccess {
 public:
  explicit CapturedNvme(Facts facts) : facts_(std::move(facts)) {}

  NamespaceAccess access(const std::string& controller, std::uint32_t namespace_id) override {
    const auto text = facts_.read(fact_names::namespace_access(controller, namespace_id));
    const auto access = text && *text ? parse_access(**text) : std::nullopt;
    return access.value_or(NamespaceAccess{});
  }

 private:
  Facts facts_;
};

/// Only namespaces that no process sees whole were entered: what was not recorded was not asked for.
class CapturedMountNamespaces final : public MountNamespaces {
 public:
  explicit CapturedMountNamespaces(Facts facts) : facts_(std::move(facts)) {}

  std::unique_ptr<MountNamespace> open(int, std::uint64_t inode) override {
    return std::make_unique<Captured>(
        facts_.read(fact_names::mounts_inside(inode)).value_or(std::nullopt));
  }

 private:
  class Captured final : public MountNamespace {
   public:
    explicit Captured(std::optional<std::string> mountinfo) : mountinfo_(std::move(mountinfo)) {}
    std::error_code unmount(const std::string&, int, std::chrono::milliseconds) override {
      return std::make_error_code(std::errc::operation_not_permitted);
    }
    std::optional<std::string> mountinfo() override { return mountinfo_; }

   private:
    std::optional<std::string> mountinfo_;
  };
  Facts facts_;
};

class CapturedSysWriter final : public SysWriter {
 public:
  void write(std::string_view path, std::string_view value) override {
    journal.push_back(fmt::format("write {} to /sys/{}", value, path));
  }

  std::vector<std::string> journal;
};

MemoryStateFiles state_files_of(const CaptureFiles& directory) {
  MemoryStateFiles files;
  for (const std::string& path : directory.state_files()) {
    constexpr std::string_view elsewhere = "/etc/elsewhere";
    const std::string name = path.starts_with(elsewhere) ? path.substr(elsewhere.size()) : path;
    if (auto text = directory.read(path.substr(1))) files.files[name] = std::move(*text);
  }
  return files;
}

}  // namespace

struct CapturedHost::Adapters {
  explicit Adapters(const std::string& name) : directory(name) {
    put_device_mapper(facts_of(directory, "dm.txt"), device_mapper);
  }

  CaptureFiles directory;
  Missing missing;
  CapturedTree sys{"/sys", facts_of(directory, "sys.txt"), missing};
  CapturedTree proc{"/proc", facts_of(directory, "proc.txt"), missing};
  CapturedTree dev{"/dev", facts_of(directory, "dev.txt"), missing};
  CapturedTransport scsi{exchanges_of(directory), missing};
  CapturedUdev udev{facts_of(directory, "udev.txt"), missing};
  dm::MemoryDeviceMapper device_mapper;
  CapturedTools tools{facts_of(directory, "tools.txt"), missing};
  CapturedDevices devices{facts_of(directory, "devices.txt"), missing};
  MemoryStateFiles state_files = state_files_of(directory);
  CapturedSysWriter sys_writer;
  CapturedNvme nvme{facts_of(directory, "nvme.txt")};
  CapturedMountNamespaces mount_namespaces{facts_of(directory, "mounts.txt")};
  MemoryClock clock;
  MemoryEventSpool events;
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
            .mount_namespaces = mount_namespaces,
            .nvme = nvme,
            .leniency = &missing};
};

CapturedHost::CapturedHost(const std::string& directory) try
    : adapters_(std::make_unique<Adapters>(directory)) {
} catch (const std::runtime_error& error) {
  throw std::runtime_error(fmt::format("{}: {}", directory, error.what()));
}
CapturedHost::~CapturedHost() = default;

Host& CapturedHost::host() { return adapters_->host; }

std::vector<std::string> CapturedHost::missing() const { return adapters_->missing.requests(); }

std::vector<std::string> CapturedHost::journal() const {
  std::vector<std::string> lines = adapters_->device_mapper.journal();
  for (const auto* more : {&adapters_->sys_writer.journal, &adapters_->state_files.journal})
    lines.insert(lines.end(), more->begin(), more->end());
  return lines;
}

}  // namespace multipath
