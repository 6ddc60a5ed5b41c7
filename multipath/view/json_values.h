#pragma once

#include <optional>
#include <span>
#include <string>

#include <nlohmann/json.hpp>

#include "multipath/model/finding.h"

// Values that several JSON documents share. Included by the json_*.cpp files only.

namespace multipath {

using Json = nlohmann::ordered_json;

template <typename T>
Json value_or_null(const std::optional<T>& value) {
  return value ? Json(*value) : Json(nullptr);
}

inline Json text_or_null(const std::string& text) {
  return text.empty() ? Json(nullptr) : Json(text);
}

/// {"severity", "subject", "text"}
Json json_of(const Finding& finding);
/// Array of these.
Json json_of_findings(std::span<const Finding> findings);

/// {"schema_version", NAME: VALUES, "findings": [...]} as text.
std::string document_of(const char* name, Json values, std::span<const Finding> findings);

/// The document as text, with LF at the end. Replaces bytes that are not valid UTF-8 by U+FFFD, so
/// that the text is valid JSON whatever a device reports.
std::string document_text(const Json& document);

/// The same for a value in a document, below `depth` levels: each line is indented, without LF at the
/// end.
std::string value_text(const Json& value, unsigned depth);

}  // namespace multipath
