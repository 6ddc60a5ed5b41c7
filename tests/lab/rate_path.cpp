/// rate_path DISK...: checks and rates paths as /etc/multipath.conf says, for scenarios to compare.
///
///     DISK PRIORITY STATE CHECKER PRIORITIZER group=ID target=NAME | WHY | WHY
///
/// with why the state and why the priority; "-" for what there is not. Exit status 0 when every disk answered INQUIRY.

#include "multipath/discovery/rate_path.h"

#include <algorithm>
#include <string>

#include <fmt/format.h>

#include "libsg/ask.h"
#include "multipath/discovery/enumerate.h"
#include "multipath/discovery/target_node.h"
#include "multipath/host/live/live_host.h"
#include "multipath/run/load_configuration.h"

namespace {

using namespace multipath;

std::string or_dash(const std::optional<std::string>& text) { return text.value_or("-"); }

int rate(Host& host, const Configuration& configuration, const Disk& disk) {
  constexpr std::chrono::seconds limit{5};
  const auto unit = host.scsi.open(node_to_ask(disk.path));
  const auto inquiry = scsi::ask_standard_inquiry(*unit, limit);
  if (!inquiry) {
    fmt::print("{} - - INQUIRY: {}\n", disk.path.kname, to_string(inquiry.error()));
    return 1;
  }
  const auto page = scsi::ask_device_identification(*unit, limit);
  const auto settings = configuration.settings_for_device({.vendor = inquiry->vendor,
                                                           .product = inquiry->product,
                                                           .revision = inquiry->revision,
                                                           .protocol = disk.protocol,
                                                           .wwid = ""});
  const auto known = know_path(host.sys, disk, WeightFacts::read);
  const auto target = find_target_node(host.sys, disk.path.address, disk.sysfs);
  const auto rating = rate_path(*unit, settings, *inquiry, MayBeRdac::yes,
                                page ? std::optional(*page) : std::nullopt, known, limit);
  const auto priority = rating.prioritized.priority;
  const auto group = rating.access.group;
  fmt::print("{} {} {} {} {} group={} target={} | {} | {}\n", disk.path.kname,
             priority ? std::to_string(*priority) : "-", to_string(rating.checked.state),
             to_string(rating.checker.kind), to_string(rating.prioritizer.kind),
             group ? std::to_string(group->id) : "-", or_dash(target.name), rating.checked.text,
             rating.prioritized.text);
  return 0;
}

}  // namespace

int main(int count, char** words) {
  LiveHost live;
  Host& host = live.host();
  const auto configuration = load_configuration(host);
  if (!configuration) {
    for (const auto& diagnostic : configuration.error())
      fmt::print(stderr, "{}\n", to_string(diagnostic));
    return 2;
  }
  auto disks = enumerate_disks(host.sys, std::nullopt);
  find_sg_nodes(host.sys, disks);
  int failures = 0;
  for (int i = 1; i < count; ++i) {
    const auto disk =
        std::ranges::find(disks, std::string(words[i]), [](const Disk& d) { return d.path.kname; });
    if (disk == disks.end()) {
      fmt::print(stderr, "rate_path: no disk {}\n", words[i]);
      ++failures;
      continue;
    }
    describe(host.sys, *disk);
    find_protocol(host.sys, *disk);
    find_hardware_handler(host.sys, *disk);
    failures += rate(host, *configuration, *disk);
  }
  return failures == 0 ? 0 : 1;
}
