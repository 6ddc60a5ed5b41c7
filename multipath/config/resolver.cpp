#include "multipath/config/resolver.h"

#include <algorithm>

namespace multipath {
namespace {

std::string_view built_in_value(std::string_view name) {
  const auto all = keywords();
  const auto found = std::ranges::find(all, name, &Keyword::name);
  return found == all.end() ? std::string_view() : found->built_in;
}

std::string place_name(Section section) {
  switch (section) {
    case Section::device:
      return "devices device";
    case Section::protocol:
      return "overrides protocol";
    default:
      return to_string(section);
  }
}

}  // namespace

Configuration::Resolver::Resolver(const Contents& contents) {
  layers_.push_back({&contents.defaults, nullptr});
}

Configuration::Resolver::Resolver(const Contents& contents, const Subject& subject) {
  if (const ConfSection* own = contents.own_section(subject)) layers_.push_back({own, nullptr});
  for (auto protocol = contents.protocols.rbegin(); protocol != contents.protocols.rend();
       ++protocol) {
    if (!subject.protocol.empty() && protocol->value_of("type") == subject.protocol)
      layers_.push_back({&*protocol, nullptr});
  }
  layers_.push_back({&contents.overrides, nullptr});
  for (auto device = contents.devices.rbegin(); device != contents.devices.rend(); ++device)
    if (device->matches(subject)) layers_.push_back({&device->section, nullptr});
  for (auto row = contents.built_in.rbegin(); row != contents.built_in.rend(); ++row)
    if (row->matches(subject)) layers_.push_back({nullptr, &*row});
  layers_.push_back({&contents.defaults, nullptr});
}

std::optional<Configuration::Resolver::Found> Configuration::Resolver::find(
    const Layer& layer, std::string_view keyword) {
  if (layer.section != nullptr) {
    const Assignment* assignment = layer.section->find(keyword);
    if (assignment == nullptr) return std::nullopt;
    return Found{assignment->value,
                 {Origin::Kind::file, "", assignment->place, place_name(layer.section->section)},
                 layer.id()};
  }
  for (const auto& [name, value] : layer.row->settings) {
    if (name != keyword) continue;
    return Found{value, {Origin::Kind::hardware_table, layer.row->name(), {}, ""}, layer.id()};
  }
  return std::nullopt;
}

Configuration::Resolver::Found Configuration::Resolver::find(std::string_view keyword) const {
  for (const Layer& layer : layers_)
    if (auto found = find(layer, keyword)) return std::move(*found);
  return {built_in_value(keyword), {}, nullptr};
}

Configuration::Resolver::Found Configuration::Resolver::find_in(const void* layer,
                                                                std::string_view keyword) const {
  for (const Layer& candidate : layers_) {
    if (candidate.id() != layer) continue;
    if (auto found = find(candidate, keyword)) return std::move(*found);
  }
  return {"", {}, nullptr};
}

}  // namespace multipath
