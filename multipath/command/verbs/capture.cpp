#include <sys/utsname.h>

#include <algorithm>
#include <ostream>
#include <random>
#include <sstream>
#include <string>
#include <system_error>
#include <vector>

#include <fmt/format.h>

#include "multipath/capture/recording_host.h"
#include "multipath/capture/scrub.h"
#include "multipath/command/compat/command_line.h"
#include "multipath/command/configuration.h"
#include "multipath/command/options.h"
#include "multipath/command/report.h"
#include "multipath/command/verbs.h"
#include "multipath/discovery/unit_paths.h"
#include "multipath/host/current_maps.h"
#include "multipath/model/natural_order.h"
#include "multipath/model/wwid.h"
#include "multipath/view/text.h"
#include "version.h"

namespace multipath {
namespace {

struct CaptureOptions : SharedOptions {
  bool scrub = false;

  void declare(Options& options) {
    options.flag("scrub", scrub,
                 "replace serial numbers, WWIDs, UUIDs, addresses and names, consistently");
  }
};

/// Commands that query everything that commands without side effects need.
const std::vector<std::vector<std::string>>& reading_verbs() {
  static const std::vector<std::vector<std::string>> runs{
      {"plan", "--single-paths", "--allow-unlisted"},
      {"show", "paths"},
      {"show", "maps"},
      {"show", "config"},
      {"plan"},
  };
  return runs;
}
const std::vector<std::vector<std::string>>& reading_compat_runs() {
  static const std::vector<std::vector<std::string>> runs{
      {"-ll"}, {"-l"}, {"-d", "-v3"}, {"-d", "-r"}, {"-T"}};
  return runs;
}

std::vector<std::string> block_devices(const SysTree& sys) {
  return ordered_names_in(sys, "class/block");
}

bool is_multipath_map(const SysTree& sys, const std::string& kname) {
  return block_attribute(sys, kname, "dm/uuid").value_or("").starts_with(map_uuid_prefix);
}

/// Stacks are asked for from below, each once: maps, and whole disks that are in no map.
bool carries_a_stack(const SysTree& sys, const std::string& kname) {
  if (kname.starts_with("dm-")) return is_multipath_map(sys, kname);
  if (sys.exists("class/block/" + kname + "/partition")) return false;
  return std::ranges::none_of(
      names_in(sys, "class/block/" + kname + "/holders"),
      [&](const std::string& holder) { return is_multipath_map(sys, holder); });
}

/// Progress, on a terminal alone.
class Steps {
 public:
  explicit Steps(Context& context) : context_(context) {}
  ~Steps() { show(""); }
  Steps(const Steps&) = delete;
  Steps& operator=(const Steps&) = delete;
  void show(const std::string& what) {
    if (context_.err_style != Style::terminal) return;
    context_.err << "\r\x1b[K" << (what.empty() ? "" : "asking: " + printable(what)) << std::flush;
  }

 private:
  Context& context_;
};

/// Queries what -C and -U need, and what a failing flush needs to report the users of a map.
void ask_about_maps(Context& asking) {
  try {
    std::vector<Finding> findings;
    const DeviceUsers users(asking.host);
    uses_past_maps(asking.host, users, read_maps(asking.host.device_mapper, findings));
    for (const dm::Description& device : read_all_devices(asking.host.device_mapper, findings)) {
      users.of(fmt::format("dm-{}", device.number.minor));
      if (device.uuid.starts_with(map_uuid_prefix))
        run_compat_command_line(asking, {"-C", device.name});
    }
  } catch (const std::system_error&) {
    // Without device-mapper there are no maps.
  }
}

void ask_everything(Context& context, Host& host) {
  std::ostringstream nowhere;
  Context asking{host, nowhere, nowhere, Style::plain, Style::plain, context.is_root, nullptr};
  Steps steps(context);
  for (const auto& words : reading_verbs()) {
    steps.show(fmt::format("multipath {}", words.front()));
    run_verb(asking, *find_verb(words.front()), {words.begin() + 1, words.end()});
  }
  for (const auto& words : reading_compat_runs()) {
    steps.show(fmt::format("multipath {}", words.front()));
    run_compat_command_line(asking, words);
  }
  ask_about_maps(asking);
  std::vector<std::string> devices = block_devices(host.sys);
  for (std::string& name : devices) {
    name = "/dev/" + std::move(name);
    for (const char* option : {"-c", "-u"}) run_compat_command_line(asking, {option, name});
  }
  if (devices.empty()) return;
  std::vector<std::string> explained = devices;
  steps.show("multipath explain");
  run_verb(asking, *find_verb("explain"), explained);
  steps.show("multipath holders");
  run_verb(asking, *find_verb("holders"), devices);
  for (const std::string& name : block_devices(host.sys)) {
    if (!carries_a_stack(context.host.sys, name)) continue;
    steps.show("multipath clear-holders --dry-run " + name);
    run_verb(asking, *find_verb("clear-holders"), {"--dry-run", "/dev/" + name});
  }
}

utsname system_names() {
  utsname names{};
  ::uname(&names);
  return names;
}

std::string made_by() {
  const utsname names = system_names();
  return fmt::format("# by multipath {} on {} {} {}\n", MULTIPATH_VERSION, names.sysname,
                     names.release, names.machine);
}

std::uint64_t new_salt() {
  std::random_device random;
  constexpr unsigned bits_of_a_draw = 32;
  return (std::uint64_t{random()} << bits_of_a_draw) | random();
}

ExitStatus run(Context& context, const CaptureOptions& wanted) {
  // Never deleted: a device that does not answer keeps a thread that still refers to it.
  auto& recording = *new RecordingHost(context.host);
  // What the verbs below write goes nowhere.
  load_configuration_or_report(context, "capture", default_verbosity);
  ask_everything(context, recording.host());
  Capture capture = recording.capture();
  if (wanted.scrub) capture = scrub(capture, new_salt(), {system_names().nodename});
  capture.files["capture"] += made_by();
  write_capture(capture, wanted.words.front());
  context.out << fmt::format("{}: {} files\n", printable(wanted.words.front()),
                             capture.files.size());
  return ExitStatus::done;
}

}  // namespace

std::unique_ptr<VerbCommand> capture_verb() { return verb_command<CaptureOptions>(run); }

}  // namespace multipath
