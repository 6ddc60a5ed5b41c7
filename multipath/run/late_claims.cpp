#include "multipath/run/late_claims.h"

#include "multipath/claims/path_verdict.h"
#include "multipath/run/change_event.h"

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
  if (context.host.sys_writer == nullptr) return;
  for (const Outcome& outcome : outcomes) {
    if (!changed_paths(outcome)) continue;
    for (const PathGroup& group : outcome.action.desired.groups) {
      for (const Path& path : group.paths) {
        if (was_released(context.host, path))
          send_change_event(context, path.number, path.kname, "udev still has it as no path");
      }
    }
  }
}

}  // namespace multipath
