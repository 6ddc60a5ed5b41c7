#include "multipath/view/json_values.h"

#include <string_view>

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

Json json_of_findings(std::span<const Finding> findings) {
  auto array = Json::array();
  for (const Finding& finding : findings) {
    array.push_back({{"severity", severity_name(finding.severity)},
                     {"subject", finding.subject},
                     {"text", finding.text}});
  }
  return array;
}

std::string document_text(const Json& document) {
  return document.dump(2, ' ', false, Json::error_handler_t::replace) + '\n';
}

}  // namespace multipath
