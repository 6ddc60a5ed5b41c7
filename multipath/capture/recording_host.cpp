#include "multipath/capture/recording_host.h"

#include <system_error>

#include <fmt/format.h>

#include "multipath/capture/device_mapper_facts.h"
#include "multipath/capture/exchanges.h"
#include "multipath/capture/fact_names.h"
#include "multipath/capture/facts.h"
#include "multipath/capture/namespace_access_text.h"

namespace multipath {
namespace {

class RecordingTree final : public SysTree {
 public:
  explicit RecordingTree(SysTree& inner) : inner_(inner) {}

  std::optional<std::string> read(std::string_view path) const override {
    auto content = inner_.read(path);
    notes.read(path, content);
    return content;
  }
  std::optional<std::vector<std::string>> list(std::string_view path) const override {
    auto names = inner_.list(path);
    notes.list(path, names);
    return names;
  }
  std::optional<std::string> read_link(std::string_view path) const override {
    auto target = inner_.read_link(path);
    notes.link(path, target);
    return target;
  }
  bool exists(std::string_view path) const override {
    const bool there = inner_.exists(path);
    notes.exists(path, there);
    return there;
  }

  mutable FactNotes notes;

 private:
  SysTree& inner_;
};

class RecordingUnit final : public scsi::LogicalUnit {
 public:
  RecordingUnit(std::unique_ptr<scsi::LogicalUnit> inner, std::string node, ExchangeNotes& notes)
      : inner_(std::move(inner)), node_(std::move(node)), notes_(notes) {}

  scsi::Response execute(const scsi::Command& command) override {
    // What never answers stands in the capture as what whoever asked saw of it.
    scsi::Response silence;
    silence.delivery = scsi::Delivery::timed_out;
    notes_.answered(node_, command, silence);
    auto response = inner_->execute(command);
    notes_.answered(node_, command, response);
    return response;
  }

 private:
  std::unique_ptr<scsi::LogicalUnit> inner_;
  std::string node_;
  ExchangeNotes& notes_;
};

class RecordingTransport final : public scsi::Transport {
 public:
  explicit RecordingTransport(scsi::Transport& inner) : inner_(inner) {}

  void prepare() override { inner_.prepare(); }

  std::unique_ptr<scsi::LogicalUnit> open(std::string_view node) override {
    try {
      return std::make_unique<RecordingUnit>(inner_.open(node), std::string(node), notes);
    } catch (const std::system_error& error) {
      notes.refused_to_open(node, error.code().value());
      throw;
    }
  }

  ExchangeNotes notes;

 private:
  scsi::Transport& inner_;
};

class RecordingUdev final : public UdevDatabase {
 public:
  explicit RecordingUdev(UdevDatabase& inner) : inner_(inner) {}

  std::vector<std::string> enumerate_disks(
      const std::vector<std::string>& patterns) const override {
    auto names = inner_.enumerate_disks(patterns);
    notes.list(fact_names::disks(patterns), names);
    return names;
  }
  std::optional<std::map<std::string, std::string>> properties(DeviceNumber number) const override {
    auto properties = inner_.properties(number);
    std::string text;
    for (const auto& [key, value] : properties.value_or(std::map<std::string, std::string>{}))
      text += fmt::format("{}={}\n", key, value);
    notes.read(fact_names::properties(number), properties ? std::optional(text) : std::nullopt);
    return properties;
  }
  std::vector<std::string> links(DeviceNumber number) const override {
    auto links = inner_.links(number);
    notes.list(fact_names::links(number), links);
    return links;
  }
  bool daemon_running() const override {
    const bool running = inner_.daemon_running();
    notes.exists(fact_names::daemon, running);
    return running;
  }
  bool settle(std::chrono::milliseconds limit) const override { return inner_.settle(limit); }

  mutable FactNotes notes;

 private:
  UdevDatabase& inner_;
};

class RecordingTools final : public ToolRunner {
 public:
  explicit RecordingTools(ToolRunner& inner) : inner_(inner) {}

  bool available(const std::string& program) const override {
    const bool there = inner_.available(program);
    notes.exists(program, there);
    return there;
  }
  ToolRun run(const std::vector<std::string>& argv, std::chrono::milliseconds limit) override {
    auto run = inner_.run(argv, limit);
    notes.exists(fact_names::tool(argv, "timed-out"), run.timed_out);
    notes.read(fact_names::tool(argv, "status"), fmt::format("{}\n", run.exit_status));
    notes.read(fact_names::tool(argv, "output"), run.output);
    notes.read(fact_names::tool(argv, "errors"), run.errors);
    return run;
  }

  mutable FactNotes notes;

 private:
  ToolRunner& inner_;
};

class RecordingDevices final : public DeviceAccess {
 public:
  explicit RecordingDevices(DeviceAccess& inner) : inner_(inner) {}

  std::optional<DeviceNumber> node_number(const std::string& path) const override {
    const auto number = inner_.node_number(path);
    note_number(fact_names::node(path), number);
    return number;
  }
  std::optional<DeviceNumber> file_system_number(const std::string& path) const override {
    const auto number = inner_.file_system_number(path);
    note_number(fact_names::file_system(path), number);
    return number;
  }
  Claim exclusive(const std::string& kname) const override {
    const Claim claim = inner_.exclusive(kname);
    notes.read(fact_names::claim(kname),
               fmt::format("{}\n", fact_names::claim_words.word_of(claim)));
    return claim;
  }
  std::unique_ptr<Lock> lock(const std::string& path, const std::string& about,
                             std::string& holder) override {
    return inner_.lock(path, about, holder);
  }
  std::unique_ptr<Lock> lock_disk(const std::string& kname, std::string& holder) override {
    return inner_.lock_disk(kname, holder);
  }

  mutable FactNotes notes;

 private:
  void note_number(const std::string& name, const std::optional<DeviceNumber>& number) const {
    notes.read(name,
               number ? std::optional(fmt::format("{}\n", to_string(*number))) : std::nullopt);
  }
  DeviceAccess& inner_;
};

class RecordingNvme final : public NvmeAccess {
 public:
  explicit RecordingNvme(NvmeAccess& inner) : inner_(inner) {}

  NamespaceAccess access(const std::string& controller, std::uint32_t namespace_id) override {
    NamespaceAccess access = inner_.access(controller, namespace_id);
    notes.read(fact_names::namespace_access(controller, namespace_id), access_text(access));
    return access;
  }

  FactNotes notes;

 private:
  NvmeAccess& inner_;
};

class RecordingMountNamespaces final : public MountNamespaces {
 public:
  explicit RecordingMountNamespaces(MountNamespaces& inner) : inner_(inner) {}

  std::unique_ptr<MountNamespace> open(int pid, std::uint64_t inode) override {
    return std::make_unique<Recording>(inner_.open(pid, inode), inode, notes);
  }

  FactNotes notes;

 private:
  class Recording final : public MountNamespace {
   public:
    Recording(std::unique_ptr<MountNamespace> inner, std::uint64_t inode, FactNotes& notes)
        : inner_(std::move(inner)), inode_(inode), notes_(notes) {}
    std::error_code unmount(const std::string& mount_point, int mount_id,
                            std::chrono::milliseconds limit) override {
      return inner_->unmount(mount_point, mount_id, limit);
    }
    std::optional<std::string> mountinfo() override {
      auto text = inner_->mountinfo();
      notes_.read(fact_names::mounts_inside(inode_), text);
      return text;
    }

   private:
    std::unique_ptr<MountNamespace> inner_;
    std::uint64_t inode_;
    FactNotes& notes_;
  };
  MountNamespaces& inner_;
};

class RecordingStateFiles final : public StateFiles {
 public:
  explicit RecordingStateFiles(StateFiles& inner) : inner_(inner) {}

  std::optional<std::string> read(const std::string& path) override {
    auto content = inner_.read(path);
    if (content) files["etc" + below_etc(path)] = *content;
    return content;
  }
  std::vector<std::string> list(const std::string& directory) override {
    return inner_.list(directory);
  }
  bool update(const std::string& path, const Change& change) override {
    return inner_.update(path, change);
  }
  bool remove(const std::string& path) override { return inner_.remove(path); }

  std::map<std::string, std::string> files;

 private:
  /// "/etc/multipath.conf" is etc/multipath.conf; a file that is elsewhere keeps its whole path.
  static std::string below_etc(const std::string& path) {
    constexpr std::string_view etc = "/etc/";
    return path.starts_with(etc) ? path.substr(etc.size() - 1) : "/elsewhere" + path;
  }
  StateFiles& inner_;
};

}  // namespace

struct RecordingHost::Adapters {
  explicit Adapters(Host& inner)
      : sys(inner.sys),
        proc(inner.proc),
        dev(inner.dev),
        scsi(inner.scsi),
        udev(inner.udev),
        tools(inner.tools),
        devices(*inner.devices),
        mount_namespaces(*inner.mount_namespaces),
        nvme(*inner.nvme),
        state_files(*inner.state_files),
        host{.sys = sys,
             .proc = proc,
             .dev = dev,
             .scsi = scsi,
             .udev = udev,
             .device_mapper = inner.device_mapper,
             .tools = tools,
             .clock = inner.clock,
             .devices = devices,
             .state_files = state_files,
             .mount_namespaces = mount_namespaces,
             .nvme = nvme} {}

  RecordingTree sys, proc, dev;
  RecordingTransport scsi;
  RecordingUdev udev;
  RecordingTools tools;
  RecordingDevices devices;
  RecordingMountNamespaces mount_namespaces;
  RecordingNvme nvme;
  RecordingStateFiles state_files;
  Host host;
};

RecordingHost::RecordingHost(Host& inner) : adapters_(std::make_unique<Adapters>(inner)) {}
RecordingHost::~RecordingHost() = default;

Host& RecordingHost::host() { return adapters_->host; }

Capture RecordingHost::capture() const {
  Capture capture;
  auto& files = capture.files;
  files = adapters_->state_files.files;
  files["capture"] = fmt::format("{}\n", capture_mark);
  files["sys.txt"] = adapters_->sys.notes.render();
  files["proc.txt"] = adapters_->proc.notes.render();
  files["dev.txt"] = adapters_->dev.notes.render();
  files["udev.txt"] = adapters_->udev.notes.render();
  files["tools.txt"] = adapters_->tools.notes.render();
  files["nvme.txt"] = adapters_->nvme.notes.render();
  files["devices.txt"] = adapters_->devices.notes.render();
  std::string mounts = adapters_->mount_namespaces.notes.render();
  if (!mounts.empty()) files["mounts.txt"] = std::move(mounts);
  FactNotes device_mapper;
  note_device_mapper(device_mapper, adapters_->host.device_mapper);
  files["dm.txt"] = device_mapper.render();
  ExchangeTexts exchanges = adapters_->scsi.notes.render();
  files["scsi.txt"] = std::move(exchanges.index);
  for (auto& [name, text] : exchanges.files) files["scsi/" + name] = std::move(text);
  return capture;
}

}  // namespace multipath
