#include "multipath/view/json.h"

#include <algorithm>
#include <iterator>
#include <ostream>
#include <ranges>

#include <fmt/format.h>

#include "multipath/model/saturation.h"
#include "multipath/view/changes.h"
#include "multipath/view/json_values.h"

namespace multipath {
namespace {

Json address_or_null(const std::optional<ScsiAddress>& address) {
  return address ? Json(to_string(*address)) : Json(nullptr);
}

Json read_only_or_null(WriteProtection protection) {
  if (protection == WriteProtection::undef) return nullptr;
  return protection == WriteProtection::read_only;
}

Json json_of(const TopologyPath& path);
Json json_of(const TopologyGroup& group);
Json json_of(const Topology& map);
Json json_of(const Path& path);
Json json_of(const SysfsWrite& write);
Json json_of(const Outcome& outcome);
Json json_of(const FlushOutcome& outcome);
Json json_of(const PartitionOutcome& outcome);
Json json_of(const NativePath& path);
Json json_of(const NativeNamespace& head);

template <typename Range>
Json array_of(const Range& range) {
  auto array = Json::array();
  for (const auto& value : range) array.push_back(json_of(value));
  return array;
}

Json json_of(const TopologyPath& path) {
  return {{"device", text_or_null(path.kname)},
          {"number", to_string(path.number)},
          {"address", address_or_null(path.address)},
          {"dm_state", to_string(path.dm_state)},
          {"checker_state", to_string(path.checker_state)},
          {"device_state", to_string(path.device_state)},
          {"priority", value_or_null(path.priority)},
          {"trouble", text_or_null(path.trouble)}};
}

Json json_of(const TopologyGroup& group) {
  return {{"selector", group.selector},
          {"priority", group.priority},
          {"status", to_string(group.status)},
          {"paths", array_of(group.paths)}};
}

Json json_of(const Topology& map) {
  return {{"name", map.name},
          {"wwid", map.wwid},
          {"device", value_or_null(map.kname)},
          {"action", text_or_null(map.action)},
          {"vendor", text_or_null(map.vendor)},
          {"product", text_or_null(map.product)},
          {"size_bytes", bytes_of_sectors(map.size_sectors)},
          {"features", map.features},
          {"hardware_handler", map.hardware_handler},
          {"read_only", read_only_or_null(map.write_protection)},
          {"suspended", map.suspended},
          {"groups", array_of(map.groups)}};
}

Json json_of(const Path& path) {
  const ScsiPath scsi = path.scsi() != nullptr ? *path.scsi() : ScsiPath{};
  return {{"device", path.kname},
          {"number", to_string(path.number)},
          {"address", to_string(path.address)},
          {"sg_device", value_or_null(scsi.sg_node)},
          {"wwid", path.wwid ? Json(path.wwid->text()) : Json(nullptr)},
          {"identity_source", to_string(path.identity_source)},
          {"vendor", text_or_null(path.vendor)},
          {"product", text_or_null(path.product)},
          {"revision", text_or_null(path.revision)},
          {"peripheral_type", scsi.peripheral_type},
          {"size_bytes", bytes_of_sectors(path.size_sectors)},
          {"read_only", path.read_only},
          {"device_state", to_string(path.state)},
          {"checker_state", to_string(path.checker_state)},
          {"priority", value_or_null(path.priority)},
          {"excluded", path.excluded},
          {"holders", path.holders},
          {"trouble", text_or_null(path.trouble)}};
}

Json json_of(const SysfsWrite& write) {
  return {
      {"file", "/sys/" + write.path}, {"value", write.value}, {"origin", to_string(write.origin)}};
}

Json json_of(const Outcome& outcome) {
  std::vector<std::string> remarks = outcome.action.limits.remarks;
  std::ranges::copy(outcome.remarks, std::back_inserter(remarks));
  const Map& map = outcome.action.desired;
  Topology topology = topology_of(map, outcome.action.current);
  topology.action = to_string(outcome.action.verb);
  return {{"action", to_string(outcome.action.verb)},
          {"reason", outcome.action.reason},
          {"error", text_or_null(outcome.error)},
          {"former_name",
           outcome.action.renames() ? Json(outcome.action.current->name) : Json(nullptr)},
          {"table", fmt::format("0 {} multipath {}", map.size_sectors, format(table_of(map)))},
          {"node", text_or_null(to_string(outcome.action.desired.node))},
          {"writes", array_of(outcome.action.limits.writes)},
          {"remarks", remarks},
          {"map", json_of(topology)}};
}

Json json_of(const FlushOutcome& outcome) {
  return {{"name", outcome.map},
          {"result", to_string(outcome.result)},
          {"error", text_or_null(outcome.error)}};
}

Json json_of(const PartitionOutcome& outcome) {
  const PartitionAction& action = outcome.action;
  return {{"map", outcome.map},
          {"name", action.name},
          {"uuid", action.uuid},
          {"number", action.partition.number},
          {"start_bytes", bytes_of_sectors(action.partition.start)},
          {"size_bytes", bytes_of_sectors(action.partition.sectors)},
          {"action", to_string(action.verb)},
          {"reason", action.reason},
          {"error", text_or_null(outcome.error)}};
}

Json json_of(const NativePath& path) {
  return {{"device", path.kname},
          {"access", text_or_null(path.access)},
          {"controller_state", path.controller_state}};
}

Json json_of(const NativeNamespace& head) {
  return {{"device", head.kname},
          {"wwid", head.wwid},
          {"product", head.product},
          {"revision", head.revision},
          {"size_bytes", bytes_of_sectors(head.size_sectors)},
          {"read_only", head.read_only},
          {"paths", array_of(head.paths)}};
}

/// Prints the member of a document that is an array, element by element: as one value, the array of
/// a large host takes ten times the memory of its text.
template <typename Range>
void print_array(std::ostream& out, const char* name, const Range& range) {
  out << ",\n  \"" << name << "\": [";
  const char* before = "\n";
  for (const auto& value : range) {
    out << before << value_text(json_of(value), 2);
    before = ",\n";
  }
  out << (std::ranges::empty(range) ? "]" : "\n  ]");
}

template <typename Range>
void print_document(std::ostream& out, const char* name, const Range& range,
                    std::span<const Finding> findings,
                    std::span<const NativeNamespace> native = {}) {
  out << "{\n  \"schema_version\": " << json_schema_version;
  print_array(out, name, range);
  print_array(out, "findings", findings);
  if (!native.empty()) print_array(out, "native_nvme", native);
  out << "\n}\n";
}

}  // namespace

void print_json_of_maps(std::ostream& out, std::span<const Topology> maps,
                        std::span<const Finding> findings,
                        std::span<const NativeNamespace> native) {
  print_document(out, "maps", maps, findings, native);
}

void print_json_of_paths(std::ostream& out, std::span<const Path> paths,
                         std::span<const Finding> findings) {
  print_document(out, "paths", paths, findings);
}

void print_json_of_outcomes(std::ostream& out, std::span<const Outcome> outcomes,
                            std::span<const Finding> findings) {
  print_document(out, "actions", outcomes, findings);
}

std::string json_of_changes(std::span<const HostChange> changes) {
  auto array = Json::array();
  for (const HostChange& change : changes) {
    array.push_back({{"subject", to_string(change.subject)},
                     {"kind", to_string(change.kind)},
                     {"name", change.name},
                     {"what", text_or_null(change.what)},
                     {"before", text_or_null(change.before)},
                     {"after", text_or_null(change.after)}});
  }
  return document_of("changes", std::move(array), {});
}

std::string json_of_flush(std::span<const FlushOutcome> outcomes,
                          std::span<const Finding> findings) {
  return document_of("flushed", array_of(outcomes), findings);
}

std::string json_of_partitions(std::span<const PartitionOutcome> outcomes,
                               std::span<const Finding> findings) {
  return document_of("partitions", array_of(outcomes), findings);
}

}  // namespace multipath
