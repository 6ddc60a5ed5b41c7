#include "multipath/view/json_config.h"

#include <algorithm>

#include "multipath/view/json.h"
#include "multipath/view/json_values.h"

namespace multipath {
namespace {

Json json_of(std::string_view keyword, std::string_view value, const Origin& origin) {
  return {{"keyword", keyword}, {"value", value}, {"origin", to_string(origin)}};
}

Json json_of(const ConfSection& section, const char* where) {
  auto settings = Json::array();
  for (const Assignment& assignment : section.assignments) {
    if (section.find(assignment.keyword->name) != &assignment) continue;
    settings.push_back(json_of(assignment.keyword->name, assignment.value.text(),
                               {Origin::Kind::file, "", assignment.place, where}));
  }
  return settings;
}

Json json_of(const HardwareEntry& entry, const Configuration& configuration) {
  const Origin origin = configuration.origin_of_row(entry);
  auto settings = Json::array();
  settings.push_back(json_of("vendor", entry.vendor, origin));
  settings.push_back(json_of("product", entry.product, origin));
  if (!entry.product_blacklist.empty())
    settings.push_back(json_of("product_blacklist", entry.product_blacklist, origin));
  for (const auto& [name, value] : entry.settings)
    settings.push_back(json_of(name, value, origin));
  return settings;
}

Json json_of(const std::vector<BlacklistRule>& rules) {
  auto array = Json::array();
  for (const BlacklistRule& rule : rules) {
    array.push_back({{"kind", to_string(rule.kind)},
                     {"rule", to_string(rule)},
                     {"origin", to_string(rule.origin)}});
  }
  return array;
}

template <class Matches>
bool is_shown(const ConfigurationView& view, const Matches& matches) {
  return !view.hardware || std::ranges::any_of(*view.hardware, matches);
}

Json devices_of(const Configuration& configuration, const ConfigurationView& view) {
  auto devices = Json::array();
  for (const HardwareEntry& entry : built_in_hardware()) {
    const auto is_it = [&](const Subject& subject) {
      return matches(entry, subject.vendor, subject.product);
    };
    if (entry.identification != Identification::never && is_shown(view, is_it))
      devices.push_back(json_of(entry, configuration));
  }
  for (const DeviceSection& device : configuration.devices()) {
    if (is_shown(view, [&](const Subject& subject) { return device.matches(subject); }))
      devices.push_back(json_of(device.section, "devices device"));
  }
  return devices;
}

Json defaults_of(const Configuration& configuration) {
  auto defaults = Json::array();
  for (const Keyword& keyword : keywords()) {
    if (!keyword.sections.contains(Section::defaults)) continue;
    const auto setting = configuration.default_value(keyword);
    defaults.push_back(json_of(keyword.name, setting.value, setting.origin));
  }
  return defaults;
}

Json sections_of(std::span<const ConfSection> sections, const char* where) {
  auto array = Json::array();
  for (const ConfSection& section : sections) array.push_back(json_of(section, where));
  return array;
}

}  // namespace

std::string json_of_config(const Configuration& configuration, const ConfigurationView& view,
                           std::span<const Finding> findings) {
  const Json document = {
      {"schema_version", json_schema_version},
      {"config",
       {{"defaults", defaults_of(configuration)},
        {"blacklist", json_of(configuration.blacklist().rules())},
        {"blacklist_exceptions", json_of(configuration.blacklist().exceptions())},
        {"devices", devices_of(configuration, view)},
        {"overrides", json_of(configuration.overrides(), "overrides")},
        {"protocols", sections_of(configuration.protocols(), "overrides protocol")},
        {"multipaths", sections_of(configuration.multipaths(), "multipaths multipath")}}},
      {"findings", json_of_findings(findings)}};
  return document_text(document);
}

}  // namespace multipath
