#include "multipath/view/json_values.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "multipath/view/json.h"

namespace multipath {
namespace {

std::string_view severity_name(Finding::Severity severity) {
  switch (severity) {
    case Finding::Severity::note:
      return "note";
    case Finding::Severity::warning:
      return "warning";
    case Finding::Severity::error:
      break;
  }
  return "error";
}

}  // namespace

Json json_of(const Finding& finding) {
  return {{"severity", severity_name(finding.severity)},
          {"subject", finding.subject},
          {"text", finding.text}};
}

Json json_of_findings(std::span<const Finding> findings) {
  auto array = Json::array();
  for (const Finding& finding : findings) array.push_back(json_of(finding));
  return array;
}

std::string document_of(const char* name, Json values, std::span<const Finding> findings) {
  return document_text({{"schema_version", json_schema_version},
                        {name, std::move(values)},
                        {"findings", json_of_findings(findings)}});
}

std::string document_text(const Json& document) { return value_text(document, 0) + '\n'; }

std::string value_text(const Json& value, unsigned depth) {
  constexpr int indent = 2;
  const std::string text = value.dump(indent, ' ', false, Json::error_handler_t::replace);
  if (depth == 0) return text;
  // Strings have no line breaks: JSON escapes these.
  const std::string blanks(std::size_t{indent} * depth, ' ');
  std::string indented;
  indented.reserve(text.size() * 2);
  for (std::string_view rest = text; !rest.empty();) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    indented.append(indented.empty() ? "" : "\n").append(blanks).append(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return indented;
}

}  // namespace multipath
