// make_host DIR HOSTS TARGETS UNITS [FAULT=EVERY...]: writes the capture of an imaginary host with
// UNITS logical units, each with a path through every one of TARGETS target ports and HOSTS host
// adapters. Every EVERYth path has a FAULT: offline (the kernel's state), silent (no command is
// answered), garbage (a random page 0x83), short (a truncated page), size (a size that differs from
// the unit's other paths).
#include <cstdlib>
#include <iostream>
#include <map>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "libsg/command.h"
#include "multipath/capture/capture.h"
#include "multipath/capture/exchanges.h"
#include "multipath/capture/facts.h"
#include "multipath/model/device_number.h"

namespace {

using namespace multipath;
using scsi::ByteVector;
using scsi::Response;

struct Shape {
  unsigned hosts = 0, targets = 0, units = 0;
  std::map<std::string, unsigned> faults;

  bool strikes(const std::string& fault, unsigned index) const {
    const auto found = faults.find(fault);
    return found != faults.end() && (index + 1) % found->second == 0;
  }
};

/// drivers/scsi/sd.c, sd_format_disk_name()
std::string disk_name(unsigned index) {
  constexpr unsigned letters = 26;
  std::string name;
  for (int rest = static_cast<int>(index); rest >= 0; rest = rest / static_cast<int>(letters) - 1)
    name.insert(name.begin(), static_cast<char>('a' + rest % static_cast<int>(letters)));
  return "sd" + name;
}

/// drivers/scsi/sd.c, sd_major() and sd_probe()
DeviceNumber disk_number(unsigned index) {
  const unsigned nibble = (index & 0xf0U) >> 4U;
  const unsigned major = nibble == 0 ? 8 : nibble < 8 ? 64 + nibble : 120 + nibble;
  return {major, ((index & 0xfU) << 4U) | (index & 0xfff00U)};
}

Response with_data(ByteVector data) {
  Response response;
  response.data = std::move(data);
  return response;
}

ByteVector text(const std::string& characters) { return {characters.begin(), characters.end()}; }

ByteVector inquiry() {
  ByteVector bytes = {0, 0, 6, 2, 31, 0x10, 0, 2};
  for (const auto byte : text("LIO-ORG FILEIO          4.0 ")) bytes.push_back(byte);
  return bytes;
}

/// One designator of the unit: NAA, IEEE Registered Extended.
ByteVector page83(unsigned unit) {
  ByteVector bytes = {0, 0x83, 0, 20, 1, 3, 0, 16, 0x60, 0x01, 0x40, 0x5a, 0xbc, 0xde, 0xf0, 0};
  for (const unsigned shift : {24U, 16U, 8U, 0U})
    bytes.push_back(static_cast<std::uint8_t>(unit >> shift));
  bytes.resize(24);
  return bytes;
}

/// One group for each target, all optimized (SPC-5 6.36).
ByteVector target_port_groups() { return {0, 0, 0, 12, 0x80, 0xcf, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1}; }

class Host {
 public:
  explicit Host(const Shape& shape) : shape_(shape) {}

  Capture capture() {
    for (unsigned host = 0; host < shape_.hosts; ++host)
      for (unsigned target = 0; target < shape_.targets; ++target)
        for (unsigned unit = 0; unit < shape_.units; ++unit) add_path(host, target, unit);
    sys_.list("dev/block", numbers_);
    sys_.list("class/scsi_generic", sg_nodes_);
    for (unsigned host = 0; host < shape_.hosts; ++host) {
      sys_.read(fmt::format("class/scsi_host/host{}/state", host), "running\n");
      sys_.read(fmt::format("class/scsi_host/host{}/eh_deadline", host), "off\n");
      for (const char* name : {"node_name", "port_name"})
        sys_.read(fmt::format("class/fc_host/host{}/{}", host, name), "0x100000000000000f\n");
      for (unsigned target = 0; target < shape_.targets; ++target) {
        const std::string port = fmt::format("class/fc_remote_ports/rport-{}:0-{}/", host, target);
        for (const char* name : {"node_name", "port_name"})
          sys_.read(port + name, "0x500140500000000f\n");
        sys_.read(port + "dev_loss_tmo", "30\n");
        sys_.read(port + "fast_io_fail_tmo", "5\n");
        for (const char* of_others : {"recovery_tmo", "I_T_nexus_loss_timeout"})
          sys_.read(port + of_others, std::nullopt);
      }
    }
    udev_.exists("daemon", true);
    dm_.read("driver", "4.47.0\n");
    dm_.read("target/multipath", "1.14.0\n");
    dm_.list("map", std::vector<std::string>{});
    Capture capture;
    capture.files["capture"] = fmt::format("{}\n# by make_host\n", capture_mark);
    capture.files["sys.txt"] = sys_.render();
    FactNotes proc;
    proc.read("net/unix", "");
    capture.files["proc.txt"] = proc.render();
    capture.files["udev.txt"] = udev_.render();
    capture.files["dm.txt"] = dm_.render();
    ExchangeTexts exchanges = exchanges_.render();
    capture.files["scsi.txt"] = std::move(exchanges.index);
    for (auto& [name, hex] : exchanges.files) capture.files["scsi/" + name] = std::move(hex);
    capture.files["etc/multipath.conf"] = "defaults {\n  find_multipaths no\n}\n";
    return capture;
  }

 private:
  void add_path(unsigned host, unsigned target, unsigned unit) {
    const unsigned index = next_++;
    const std::string number = to_string(disk_number(index)), name = disk_name(index);
    const std::string address = fmt::format("{}:0:{}:{}", host, target, unit);
    const std::string device =
        fmt::format("devices/pci0000:00/0000:{:02x}:00.0/host{}/rport-{}:0-{}/target{}:0:{}/{}",
                    host % 256, host, host, target, host, target, address);
    const std::string disk = device + "/block/" + name;
    const std::string sg = fmt::format("sg{}", index);
    numbers_.push_back(number);
    sg_nodes_.push_back(sg);
    sys_.link("dev/block/" + number, "../../" + disk);
    sys_.link("class/scsi_generic/" + sg, "../../" + device + "/scsi_generic/" + sg);
    sys_.read(disk + "/size", shape_.strikes("size", index) ? "4096\n" : "2097152\n");
    sys_.read(disk + "/ro", "0\n");
    const bool offline = shape_.strikes("offline", index);
    sys_.read(disk + "/device/state", offline ? "offline\n" : "running\n");
    sys_.read(disk + "/device/dh_state", "alua\n");
    sys_.read(disk + "/device/access_state", "active/optimized\n");
    sys_.read(disk + "/device/preferred_path", "0\n");
    sys_.list(disk + "/holders", std::vector<std::string>{});
    const ByteVector standard = inquiry(), page = page83(unit);
    if (unit == 0) add_names(name, number, disk, page);
    sys_.read(disk + "/device/inquiry", std::string(standard.begin(), standard.end()));
    sys_.read(disk + "/device/vpd_pg83", std::string(page.begin(), page.end()));
    udev_.read(number + "/properties", fmt::format("DEVNAME=/dev/{}\n", name));
    udev_.list(number + "/links", std::vector<std::string>{});
    add_exchanges(sg, index, page, offline);
  }

  /// What `explain NAME` needs, for the paths of one unit: a capture of each would be larger.
  void add_names(const std::string& name, const std::string& number, const std::string& disk,
                 const ByteVector& page) {
    sys_.read(fmt::format("class/block/{}/dev", name), number + "\n");
    std::string naa;
    for (std::size_t i = 8; i < page.size(); ++i) naa += fmt::format("{:02x}", page[i]);
    sys_.read(disk + "/device/wwid", fmt::format("naa.{}\n", naa));
  }

  void add_exchanges(const std::string& sg, unsigned index, const ByteVector& page, bool offline) {
    constexpr std::chrono::seconds time{1};
    Response broken;
    broken.delivery = offline ? scsi::Delivery::no_connection : scsi::Delivery::timed_out;
    broken.host_status = offline ? 1 : 0;
    const bool mute = offline || shape_.strikes("silent", index);
    const auto add = [&](const scsi::Command& command, const Response& response) {
      exchanges_.answered(sg, command, mute ? broken : response);
    };
    add(scsi::inquiry(36, time), with_data(inquiry()));
    ByteVector seen = page;
    if (shape_.strikes("garbage", index)) std::fill(seen.begin(), seen.end(), std::uint8_t{0xa5});
    if (shape_.strikes("short", index)) seen.resize(13);
    add(scsi::inquiry_vpd(0x83, 252, time), with_data(seen));
    add(scsi::inquiry_vpd(0x00, 252, time), with_data({0, 0, 0, 2, 0, 0x83}));
    add(scsi::test_unit_ready(time), Response{});
    add(scsi::report_target_port_groups(1024, time), with_data(target_port_groups()));
  }

  const Shape& shape_;
  unsigned next_ = 0;
  std::vector<std::string> numbers_, sg_nodes_;
  FactNotes sys_, udev_, dm_;
  ExchangeNotes exchanges_;
};

}  // namespace

int main(int argc, char** argv) {
  constexpr int least = 5;
  if (argc < least) {
    std::cerr << "usage: make_host DIR HOSTS TARGETS UNITS [FAULT=EVERY...]\n";
    return 2;
  }
  Shape shape;
  shape.hosts = static_cast<unsigned>(std::atoi(argv[2]));
  shape.targets = static_cast<unsigned>(std::atoi(argv[3]));
  shape.units = static_cast<unsigned>(std::atoi(argv[4]));
  for (int i = least; i < argc; ++i) {
    const std::string word = argv[i];
    const auto sign = word.find('=');
    const int every = sign == word.npos ? 0 : std::atoi(word.c_str() + sign + 1);
    if (every < 1) {
      std::cerr << "make_host: " << word << ": expected FAULT=EVERY\n";
      return 2;
    }
    shape.faults[word.substr(0, sign)] = static_cast<unsigned>(every);
  }
  try {
    write_capture(Host(shape).capture(), argv[1]);
  } catch (const std::exception& error) {
    std::cerr << "make_host: " << error.what() << '\n';
    return 1;
  }
}
