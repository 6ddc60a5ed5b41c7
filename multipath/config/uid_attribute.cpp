#include "multipath/config/uid_attribute.h"

#include <algorithm>

namespace multipath {
namespace {

constexpr std::string_view by_kind = "uid_attrs";
constexpr std::string_view for_all = "uid_attribute";

/// "sd:ID_SERIAL dasd:ID_UID": the first whose kind begins the node's name.
std::optional<std::string_view> property_in(std::string_view attributes, std::string_view kname) {
  while (!attributes.empty()) {
    const std::size_t end = std::min(attributes.find(' '), attributes.size());
    const std::string_view entry = attributes.substr(0, end);
    const std::size_t colon = entry.find(':');
    if (colon != std::string_view::npos && kname.starts_with(entry.substr(0, colon)))
      return entry.substr(colon + 1);
    attributes.remove_prefix(std::min(end + 1, attributes.size()));
  }
  return std::nullopt;
}

}  // namespace

std::optional<Setting<std::string>> udev_property_for(const Configuration& configuration,
                                                      std::string_view kname,
                                                      const Subject& subject) {
  if (const Assignment* attributes = configuration.defaults().find(by_kind)) {
    if (const auto property = property_in(attributes->value, kname)) {
      const Origin origin{
          .kind = Origin::Kind::file, .row = "", .place = attributes->place, .section = "defaults"};
      return Setting<std::string>{std::string(*property), origin};
    }
  }
  Setting<std::string> attribute = configuration.settings_for_device(subject).uid_attribute;
  if (attribute.origin.kind != Origin::Kind::file || attribute.value.empty()) return std::nullopt;
  return attribute;
}

bool names_units_by_udev(const Configuration& configuration) {
  const auto sets = [](const ConfSection& section) { return section.find(for_all) != nullptr; };
  return configuration.defaults().find(by_kind) != nullptr || sets(configuration.defaults()) ||
         sets(configuration.overrides()) ||
         std::ranges::any_of(configuration.devices(), sets, &DeviceSection::section);
}

}  // namespace multipath
