#include "multipath/view/json_results.h"

#include "multipath/view/json.h"
#include "multipath/view/json_values.h"

namespace multipath {
namespace {

const char* severity_name(Diagnostic::Severity severity) {
  switch (severity) {
    case Diagnostic::Severity::note:
      return "note";
    case Diagnostic::Severity::warning:
      return "warning";
    case Diagnostic::Severity::error:
      break;
  }
  return "error";
}

Json json_of(const Diagnostic& diagnostic) {
  const Place& place = diagnostic.place;
  Json json = {{"file", place.file}, {"line", nullptr}, {"column", nullptr}};
  if (place.line > 0) json["line"] = place.line;
  if (place.column > 0) json["column"] = place.column;
  json["severity"] = severity_name(diagnostic.severity);
  json["text"] = diagnostic.what;
  json["nearest"] = text_or_null(diagnostic.nearest);
  return json;
}

Json array_of(const Diagnostics& diagnostics) {
  auto array = Json::array();
  for (const Diagnostic& diagnostic : diagnostics) array.push_back(json_of(diagnostic));
  return array;
}

void add(Json& array, const char* subject, std::span<const Wildcard> wildcards) {
  for (const Wildcard& wildcard : wildcards) {
    array.push_back({{"subject", subject},
                     {"wildcard", std::string("%") + wildcard.letter},
                     {"name", wildcard.name}});
  }
}

}  // namespace

std::string json_of_requested(std::span<const RequestedChange> changes,
                              std::span<const Finding> findings) {
  auto array = Json::array();
  for (const RequestedChange& change : changes) {
    array.push_back({{"action", change.action},
                     {"map", change.map},
                     {"path", text_or_null(change.path)},
                     {"error", text_or_null(change.error)}});
  }
  return document_of("changed", std::move(array), findings);
}

std::string json_of_wwids(std::span<const WwidRecord> wwids) {
  auto array = Json::array();
  for (const WwidRecord& unit : wwids)
    array.push_back({{"wwid", unit.wwid}, {"result", unit.result}});
  return document_of("wwids", std::move(array), {});
}

std::string json_of_restored(std::span<const RestoredMap> maps, std::span<const Finding> findings) {
  auto array = Json::array();
  for (const RestoredMap& map : maps)
    array.push_back({{"map", map.name}, {"paths", map.paths}, {"regrouped", map.regrouped}});
  return document_of("restored", std::move(array), findings);
}

std::string json_of_review(const Diagnostics& mistakes,
                           const std::optional<Diagnostics>& differences) {
  Json document = {{"schema_version", json_schema_version},
                   {"mistakes", array_of(mistakes)},
                   {"findings", Json::array()}};
  if (differences) document["differences"] = array_of(*differences);
  return document_text(document);
}

std::string json_of_wildcards(std::span<const Wildcard> maps, std::span<const Wildcard> paths) {
  auto array = Json::array();
  add(array, "maps", maps);
  add(array, "paths", paths);
  return document_of("wildcards", std::move(array), {});
}

std::string json_of_failure(std::span<const Finding> findings) {
  return document_text(
      {{"schema_version", json_schema_version}, {"findings", json_of_findings(findings)}});
}

}  // namespace multipath
