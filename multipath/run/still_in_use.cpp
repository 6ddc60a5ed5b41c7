#include "multipath/run/still_in_use.h"

#include <algorithm>

#include <fmt/format.h>

#include "multipath/discovery/unit_paths.h"
#include "multipath/holders/graph.h"
#include "multipath/holders/identity.h"
#include "multipath/teardown/blockers.h"

namespace multipath {
namespace {

using std::chrono::milliseconds;

bool is_there(const SysTree& sys, const std::string& kname) {
  return sys.presence("class/block/" + kname) != Presence::absent;
}

/// A disk that the kernel has taken out of use, or that has no medium, cannot be opened by anybody.
bool is_dead(const SysTree& sys, const std::string& kname) {
  const std::string folder = "class/block/" + kname;
  const auto state = read_attribute(sys, folder + "/device/state");
  return (state && *state != "running") || read_attribute(sys, folder + "/size") == "0";
}

Blocker unverified(const std::string& kname, const std::string& why) {
  return {"unverified", kname, "sysfs, open(2) with O_EXCL",
          fmt::format("cannot determine whether {} is in use: {}", kname, why),
          "check it as root with multipath clear-holders --check"};
}

/// What went while we were at work may be in use as before. Of the paths of a map one is enough, as
/// the others may have been lost for long.
std::vector<Blocker> look(const Host& host, const FreedDevices& freed) {
  std::vector<Blocker> left;
  std::vector<std::string> knames;
  for (const std::string& base : freed.bases) {
    if (is_there(host.sys, base))
      knames.push_back(base);
    else
      left.push_back(unverified(base, "it is not there any more"));
  }
  std::ranges::copy_if(freed.paths, std::back_inserter(knames),
                       [&](const std::string& path) { return is_there(host.sys, path); });
  if (knames.empty() && left.empty() && !freed.paths.empty())
    left.push_back(unverified(freed.paths.front(), "no path is there any more"));
  if (knames.empty()) return left;
  std::ranges::move(find_remaining_users(discover_holders(host, knames), freed.teardown_options),
                    std::back_inserter(left));
  std::erase_if(left, [&](const Blocker& blocker) {
    return blocker.code == open_code &&
           std::ranges::find(freed.paths, blocker.device) != freed.paths.end();
  });
  // Of the others it is named already what has them.
  std::erase_if(knames, [&](const std::string& kname) {
    return std::ranges::find(left, kname, &Blocker::device) != left.end();
  });
  std::ranges::move(claimed(host, knames), std::back_inserter(left));
  return left;
}

}  // namespace

FreedDevices devices_to_free(const Host& host, const HolderGraph& graph,
                             const TeardownOptions& teardown_options) {
  FreedDevices freed;
  freed.teardown_options = teardown_options;
  for (const std::size_t base : graph.bases) {
    const Holder& node = graph.nodes[base];
    if (node.kind != HolderKind::multipath || teardown_options.keep_maps) {
      freed.bases.push_back(node.kname);
      continue;
    }
    for (std::string& path : linked_devices(host.sys, node.kname, "slaves"))
      freed.paths.push_back(std::move(path));
  }
  return freed;
}

std::vector<Blocker> claimed(const Host& host, const std::vector<std::string>& knames) {
  std::vector<Blocker> blockers;
  for (const std::string& kname : knames) {
    const Claim claim = host.devices->exclusive(kname);
    if (claim == Claim::taken)
      blockers.push_back({"busy", kname, "open(2) with O_EXCL",
                          fmt::format("{} has an unknown holder: nothing that can be seen uses it, "
                                      "and it is in use",
                                      kname),
                          "find what keeps a mount namespace without a process, or reboot"});
    if (claim == Claim::unknown && !is_dead(host.sys, kname))
      blockers.push_back(unverified(kname, "it cannot be opened"));
  }
  return blockers;
}

std::vector<Blocker> still_in_use(const Host& host, const FreedDevices& freed,
                                  milliseconds patience) {
  const auto end = host.clock.now() + patience;
  for (GrowingPause pause(milliseconds(100), milliseconds(1000));; pause.grow()) {
    auto left = look(host, freed);
    const auto rest = std::chrono::ceil<milliseconds>(end - host.clock.now());
    if (left.empty() || rest.count() <= 0) return left;
    host.clock.sleep(std::min(pause.length(), rest));
  }
}

}  // namespace multipath
