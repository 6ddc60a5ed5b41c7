#include "multipath/run/known_units.h"

#include <algorithm>
#include <system_error>
#include <vector>

#include <fmt/format.h>

#include "multipath/claims/path_verdict.h"
#include "multipath/config/bindings_file.h"
#include "multipath/config/wwids_file.h"
#include "multipath/host/current_maps.h"
#include "multipath/model/wwid_form.h"
#include "multipath/run/targets.h"

namespace multipath {
namespace {

std::string file_of(const Configuration& configuration) {
  return configuration.globals().wwids_file.value;
}

Bindings bindings_of(const Host& host, const Configuration& configuration) {
  const std::string file = configuration.globals().bindings_file.value;
  return parse_bindings(host.state_files->read(file).value_or(""), file);
}

std::optional<Wwid> wwid_of_map(const Host& host, const Target& target) {
  std::vector<Finding> findings;
  try {
    const auto map = find_map(host.device_mapper, target, findings);
    return map ? wwid_of_map_uuid(map->uuid) : std::nullopt;
  } catch (const std::system_error&) {
    // Without device-mapper there are no maps, but the word may name a unit in another way.
    return std::nullopt;
  }
}

/// The unit that multipath.conf, or else the bindings file, gives that alias.
std::optional<Wwid> wwid_of_alias(const Host& host, const Configuration& configuration,
                                  const std::string& alias) {
  if (alias.empty()) return std::nullopt;
  for (const ConfSection& section : configuration.multipaths()) {
    if (section.value_of("alias") != alias) continue;
    if (auto wwid = Wwid::from_text(section.value_of("wwid"))) return wwid;
  }
  const Bindings bindings = bindings_of(host, configuration);
  const Binding* binding = bindings.of_alias(alias);
  return binding != nullptr ? Wwid::from_text(binding->wwid) : std::nullopt;
}

}  // namespace

std::set<Wwid> known_units(const Host& host, const Configuration& configuration) {
  return known_units_in(host.state_files->read(file_of(configuration)).value_or(""));
}

void remember_unit(Host& host, const Configuration& configuration, const Wwid& wwid) {
  host.state_files->update(file_of(configuration), [&](const std::string& text) {
    return std::optional(with_wwid(text, wwid.text()));
  });
}

bool forget_unit(Host& host, const Configuration& configuration, const Wwid& wwid) {
  return host.state_files->update(file_of(configuration), [&](const std::string& text) {
    return without_wwid(text, wwid.text());
  });
}

std::vector<std::string> keep_units_with_maps(Host& host, const Configuration& configuration) {
  std::vector<Finding> findings;
  std::vector<std::string> wwids;
  for (const CurrentMap& map : read_maps(host.device_mapper, findings)) {
    if (const auto wwid = wwid_of_map_uuid(map.uuid)) wwids.push_back(wwid->text());
  }
  host.state_files->update(file_of(configuration),
                           [&](const std::string&) { return std::optional(wwids_text(wwids)); });
  return wwids;
}

std::string unknown_unit_text(const std::string& word) {
  return fmt::format(
      "'{}' is not a valid argument: this host has no device, map, WWID or alias of that name",
      word);
}

bool names_absent_unit(const Host& host, const Configuration& configuration,
                       const std::string& word) {
  const auto is_section_of_word = [&](const ConfSection& section) {
    return section.value_of("alias") == word || section.value_of("wwid") == word;
  };
  if (word.empty()) return false;
  const auto wwid = Wwid::from_text(word);
  if (has_form_of_wwid(word) || (wwid && known_units(host, configuration).contains(*wwid)) ||
      std::ranges::any_of(configuration.multipaths(), is_section_of_word))
    return true;
  const Bindings bindings = bindings_of(host, configuration);
  return bindings.of_alias(word) != nullptr || bindings.of_wwid(word) != nullptr;
}

tl::expected<Wwid, std::string> unit_named(const Host& host, const Configuration& configuration,
                                           const std::string& word) {
  const auto target = find_target(host, word);
  if (!target)
    return tl::unexpected(
        fmt::format("'{}' is not a valid argument: no such device on this host", word));
  if (target->number) {
    const auto path = recall_path(host, configuration, *target->number);
    if (path && path->wwid) return *path->wwid;
    if (path) return tl::unexpected(fmt::format("{} has no WWID: {}", word, path->trouble));
  }
  if (auto wwid = wwid_of_map(host, *target)) return std::move(*wwid);
  if (auto wwid = wwid_of_alias(host, configuration, word)) return std::move(*wwid);
  if (target->number) {
    return tl::unexpected(
        fmt::format("'{}' is not a valid argument: neither a path nor a multipath map", word));
  }
  auto wwid = Wwid::from_text(word);
  if (wwid && names_absent_unit(host, configuration, word)) return std::move(*wwid);
  return tl::unexpected(unknown_unit_text(word));
}

}  // namespace multipath
