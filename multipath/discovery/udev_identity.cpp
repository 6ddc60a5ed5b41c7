#include "multipath/discovery/udev_identity.h"

#include <fmt/format.h>

#include "multipath/config/configuration.h"
#include "multipath/discovery/identify.h"

namespace multipath {
namespace {

std::string without_blanks_at_end(std::string text) {
  text.erase(text.find_last_not_of(" \t") + 1);
  return text;
}

void refuse(Path& path, std::string reason) {
  path.wwid.reset();
  path.identity_source = IdentitySource::none;
  path.trouble = std::move(reason);
}

void take(const std::string& value, const Setting<std::string>& property,
          const Blacklist& blacklist, Path& path) {
  auto wwid = Wwid::from_text(without_blanks_at_end(value));
  if (!wwid) {
    return refuse(path, fmt::format("udev's {} '{}', which {} asks for, cannot be a WWID",
                                    property.value, value, to_string(property.origin)));
  }
  // Nothing else than its own WWID can have excluded a path that has one; and why it has none does
  // not matter any more. Why it does not work does.
  // A faulty path's trouble is its checker's.
  const bool is_faulty = path.checker_state == CheckerState::faulty;
  if (path.excluded || (!path.wwid && !is_faulty)) path.trouble.clear();
  path.wwid = std::move(*wwid);
  path.identity_source = IdentitySource::udev_property;
  path.recognition = Recognition::listed;
  const Verdict verdict = blacklist.judge_wwid(path.wwid->text());
  path.excluded = verdict.decision == Verdict::Decision::blacklisted;
  if (path.excluded) path.trouble = to_string(verdict);
}

}  // namespace

void take_udev_identity(const UdevDatabase& udev, const Configuration& configuration, Disk& disk) {
  Path& path = disk.path;
  if ((path.excluded && !path.wwid) || !names_units_by_udev(configuration)) return;
  const auto property =
      udev_property_for(configuration, path.kname, hardware_of(path, disk.protocol));
  if (!property) return;
  const auto properties = udev.properties(path.number);
  if (properties) {
    const auto found = properties->find(property->value);
    if (found != properties->end())
      return take(found->second, *property, configuration.blacklist(), path);
  }
  if (property->value == usual_property(path.bus())) return;
  refuse(path, fmt::format("udev has no property {} of it, which {} asks for", property->value,
                           to_string(property->origin)));
}

}  // namespace multipath
