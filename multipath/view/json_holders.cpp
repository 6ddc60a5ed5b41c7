#include "multipath/view/json_holders.h"

#include "multipath/model/saturation.h"
#include "multipath/view/holder_plan.h"
#include "multipath/view/json.h"
#include "multipath/view/json_values.h"

namespace multipath {
namespace {

Json knames_of(const HolderGraph& graph, const std::vector<std::size_t>& indices) {
  auto array = Json::array();
  for (const std::size_t index : indices) array.push_back(graph.nodes[index].kname);
  return array;
}

Json json_of(const Process& process) {
  const ProcessUnit& unit = process.unit;
  const bool of_user = unit.manager == ProcessUnit::Manager::user;
  return {{"pid", process.pid},
          {"command", process.command},
          {"unit", of_user ? Json(nullptr) : text_or_null(unit.name)},
          {"user_unit", of_user ? Json{{"uid", unit.uid}, {"name", unit.name}} : Json(nullptr)},
          {"guest", unit.guest.empty() ? Json(nullptr)
                                       : Json{{"name", unit.guest}, {"engine", unit.engine}}}};
}

Json json_of(const NfsExport& shared) { return {{"path", shared.path}, {"client", shared.client}}; }

Json json_of(const HolderMount& mount) {
  return {{"mount_point", mount.mount_point},
          {"file_system", mount.file_system},
          {"root", mount.root},
          {"namespace", mount.name_space},
          {"own_namespace", mount.own_name_space},
          {"follows", mount.follows},
          {"seen_by", mount.own_name_space ? Json(nullptr) : json_of(mount.seen_by)}};
}

Json json_of(const HolderSwap& swap) {
  return {{"file", swap.file}, {"used_bytes", bytes_of_kib(swap.used_kib)}};
}

Json json_of(const HolderOpener& opener) {
  return {{"process", json_of(opener.process)}, {"what", opener.what}};
}

Json json_of(const Blocker& blocker) {
  return {{"code", blocker.code},
          {"device", blocker.device},
          {"source", blocker.source},
          {"detail", blocker.detail},
          {"remedy", blocker.remedy}};
}

template <typename Range>
Json array_of(const Range& range) {
  auto array = Json::array();
  for (const auto& value : range) array.push_back(json_of(value));
  return array;
}

Json json_of(const HolderGraph& graph, const Holder& node) {
  return {{"device", "/sys/class/block/" + node.kname},
          {"dev_type", dev_type(node.kind)},
          {"name", node.kname},
          {"dm_name", text_or_null(node.dm_name)},
          {"dm_uuid", text_or_null(node.dm_uuid)},
          {"number", to_string(node.number)},
          {"what", text_or_null(node.what)},
          {"size_bytes", bytes_of_sectors(node.size_sectors)},
          {"reach", to_string(node.reach)},
          {"on_path", text_or_null(node.on_path)},
          {"path_of", text_or_null(node.path_of)},
          {"open_count", node.open_count ? Json(*node.open_count) : Json(nullptr)},
          {"holders", knames_of(graph, node.used_by)},
          {"uses", knames_of(graph, node.uses)},
          {"mounts", array_of(node.mounts)},
          {"hidden_file_system", text_or_null(node.hidden_file_system)},
          {"swaps", array_of(node.swaps)},
          {"openers", array_of(node.openers)},
          {"nfs_exports", array_of(node.nfs_exports)},
          {"exports", node.exports},
          {"pool", text_or_null(node.pool)},
          {"protected", text_or_null(node.protection)}};
}

Json json_of(const HolderGraph& graph, const Step& step) {
  return {{"device", step.device},
          {"dev_type", step.dev_type},
          {"level", step.level},
          {"name", step.name},
          {"action", to_string(step.action)},
          {"subject", step.subject},
          {"namespace", step.name_space == 0 ? Json(nullptr) : Json(step.name_space)},
          {"covers", knames_of(graph, step.covers)},
          {"command", step.command},
          {"undo", step.undo},
          {"note", text_or_null(step.note)}};
}

}  // namespace

std::string json_of_holders(const HolderGraph& graph) {
  auto nodes = Json::array();
  for (const Holder& node : graph.nodes) nodes.push_back(json_of(graph, node));
  return document_text({{"schema_version", json_schema_version},
                        {"requested", knames_of(graph, graph.bases)},
                        {"nodes", std::move(nodes)},
                        {"findings", json_of_findings(graph.findings)}});
}

std::string json_of_teardown(const HolderGraph& graph, const Teardown& teardown,
                             std::span<const StepOutcome> outcomes, std::string_view result) {
  auto steps = Json::array();
  for (std::size_t i = 0; i < teardown.steps.size(); ++i) {
    Json step = json_of(graph, teardown.steps[i]);
    const bool ran = i < outcomes.size();
    step["state"] = ran ? Json(to_string(outcomes[i].state)) : Json("planned");
    step["error"] = ran ? text_or_null(outcomes[i].error) : Json(nullptr);
    step["ms"] = ran ? Json(outcomes[i].took.count()) : Json(nullptr);
    steps.push_back(std::move(step));
  }
  return document_text({{"schema_version", json_schema_version},
                        {"requested", knames_of(graph, graph.bases)},
                        {"steps", std::move(steps)},
                        {"blockers", array_of(teardown.blockers)},
                        {"result", result},
                        {"findings", json_of_findings(graph.findings)}});
}

}  // namespace multipath
