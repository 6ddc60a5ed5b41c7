#include "tests/support/vanishing_host.h"

#include <algorithm>

namespace tests {

using multipath::Claim;
using multipath::Presence;

class VanishingHost::Tree final : public multipath::SysTree {
 public:
  Tree(VanishingHost& all, multipath::SysTree& inner, Loss vanishes, Loss silent)
      : all_(all), inner_(inner), vanishes_(vanishes), silent_(silent) {}

  std::optional<std::string> read(std::string_view path) const override {
    return answers() ? inner_.read(path) : std::nullopt;
  }
  std::optional<std::vector<std::string>> list(std::string_view path) const override {
    return answers() ? inner_.list(path) : std::nullopt;
  }
  std::optional<std::string> read_link(std::string_view path) const override {
    return answers() ? inner_.read_link(path) : std::nullopt;
  }
  bool exists(std::string_view path) const override { return answers() && inner_.exists(path); }
  Presence presence(std::string_view path) const override {
    if (answers()) return inner_.presence(path);
    return all_.is_lost({vanishes_}) ? Presence::absent : Presence::unknown;
  }

 private:
  bool answers() const {
    all_.ask();
    return !all_.is_lost({vanishes_, silent_, Loss::all_silent});
  }

  VanishingHost& all_;
  multipath::SysTree& inner_;
  Loss vanishes_, silent_;
};

class VanishingHost::Devices final : public multipath::DeviceAccess {
 public:
  explicit Devices(VanishingHost& all) : all_(all) {}

  std::optional<multipath::DeviceNumber> node_number(const std::string& path) const override {
    all_.ask();
    if (all_.is_lost({Loss::devices_refuse, Loss::all_silent})) return std::nullopt;
    const auto number = multipath::read_attribute(
        all_.inner_.sys, "class/block/" + path.substr(path.rfind('/') + 1) + "/dev");
    return number ? multipath::parse_device_number(*number) : std::nullopt;
  }
  std::optional<multipath::DeviceNumber> file_system_number(const std::string&) const override {
    all_.ask();
    return std::nullopt;
  }
  Claim exclusive(const std::string& kname) const override {
    all_.ask();
    if (all_.is_lost({Loss::devices_refuse, Loss::all_silent})) return Claim::unknown;
    return kname == all_.claimed_ ? Claim::taken : Claim::free;
  }
  std::unique_ptr<Lock> lock(const std::string&, const std::string&, std::string&) override {
    return std::make_unique<Lock>();
  }
  std::unique_ptr<Lock> lock_disk(const std::string&, std::string&) override {
    return std::make_unique<Lock>();
  }

 private:
  VanishingHost& all_;
};

VanishingHost::VanishingHost(HolderWorld& world, const multipath::Host& inner)
    : world_(world),
      inner_(inner),
      sys_(std::make_unique<Tree>(*this, inner.sys, Loss::sys_vanishes, Loss::sys_silent)),
      proc_(std::make_unique<Tree>(*this, inner.proc, Loss::proc_vanishes, Loss::proc_silent)),
      devices_(std::make_unique<Devices>(*this)) {}

multipath::Host VanishingHost::host() {
  return {.sys = *sys_,
          .proc = *proc_,
          .dev = inner_.dev,
          .scsi = inner_.scsi,
          .udev = inner_.udev,
          .device_mapper = inner_.device_mapper,
          .tools = inner_.tools,
          .clock = inner_.clock,
          .devices = *devices_,
          .state_files = inner_.state_files,
          .sys_writer = inner_.sys_writer,
          .mount_namespaces = inner_.mount_namespaces};
}

void VanishingHost::lose(Loss loss, std::size_t at, const std::string& process) {
  loss_ = loss;
  at_ = at;
  queries_ = 0;
  process_ = process;
}

bool VanishingHost::is_lost(std::initializer_list<Loss> losses) const {
  return queries_ > at_ && std::ranges::find(losses, loss_) != losses.end();
}

void VanishingHost::ask() {
  ++queries_;
  if (queries_ == at_ + 1 && loss_ == Loss::process_ends) world_.proc.remove(process_);
}

}  // namespace tests
