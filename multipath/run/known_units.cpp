#include "multipath/run/known_units.h"

#include <system_error>
#include <vector>

#include <fmt/format.h>

#include "multipath/claims/path_verdict.h"
#include "multipath/config/wwids_file.h"
#include "multipath/host/current_maps.h"
#include "multipath/run/targets.h"

namespace multipath {
namespace {

std::string file_of(const Configuration& configuration) {
  return configuration.globals().wwids_file.value;
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

void keep_units_with_maps(Host& host, const Configuration& configuration) {
  std::vector<Finding> findings;
  std::vector<std::string> wwids;
  for (const CurrentMap& map : read_maps(host.device_mapper, findings)) {
    if (const auto wwid = wwid_of_map_uuid(map.uuid)) wwids.push_back(wwid->text());
  }
  host.state_files->update(file_of(configuration),
                           [&](const std::string&) { return std::optional(wwids_text(wwids)); });
}

tl::expected<Wwid, std::string> unit_named(const Host& host, const Configuration& configuration,
                                           const std::string& word) {
  const auto invalid = tl::unexpected(fmt::format("'{}' is not a valid argument", word));
  const auto target = find_target(host, word);
  if (!target) return invalid;
  if (target->number) {
    const auto path = recall_path(host, configuration, *target->number);
    if (path && path->wwid) return *path->wwid;
    if (path) return tl::unexpected(fmt::format("{} has no WWID: {}", word, path->trouble));
  }
  std::vector<Finding> findings;
  try {
    const auto map = find_map(host.device_mapper, *target, findings);
    if (const auto wwid = map ? wwid_of_map_uuid(map->uuid) : std::nullopt) return *wwid;
  } catch (const std::system_error&) {
    // Without device-mapper there are no maps, but the word may still be a WWID.
  }
  const auto wwid = names_device(word) ? std::nullopt : Wwid::from_text(word);
  if (!wwid) return invalid;
  return *wwid;
}

}  // namespace multipath
