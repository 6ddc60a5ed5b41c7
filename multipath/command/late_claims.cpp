#include "multipath/command/late_claims.h"

#include <ostream>
#include <system_error>

#include <fmt/format.h>

#include "multipath/discovery/path_verdict.h"
#include "multipath/view/text.h"

namespace multipath {
namespace {

bool was_released(const Host& host, const Path& path) {
  const auto properties = host.udev.properties(path.number);
  if (!properties) return false;
  const auto verdict = properties->find(verdict_property);
  return verdict != properties->end() && verdict->second != "1";
}

bool changed_paths(const Outcome& outcome) {
  const Verb verb = outcome.action.verb;
  return !outcome.failed() &&
         (verb == Verb::create || verb == Verb::reload || verb == Verb::resize);
}

}  // namespace

void claim_late(Context& context, std::span<const Outcome> outcomes) {
  SysWriter* sysfs = context.host.sys_writer;
  if (sysfs == nullptr) return;
  for (const Outcome& outcome : outcomes) {
    if (!changed_paths(outcome)) continue;
    for (const PathGroup& group : outcome.action.desired.groups) {
      for (const Path& path : group.paths) {
        if (!was_released(context.host, path)) continue;
        try {
          sysfs->write("dev/block/" + to_string(path.number) + "/uevent", "change");
        } catch (const std::system_error& error) {
          context.err << fmt::format("multipath: {}: udev still has it as no path: {}\n",
                                     printable(path.kname), printable(error.what()));
        }
      }
    }
  }
}

}  // namespace multipath
