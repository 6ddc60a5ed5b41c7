#include "multipath/config/conf_lines.h"

#include <fmt/format.h>

#include "multipath/config/conf_grammar.h"

namespace multipath {
namespace {

std::string device_in(std::string_view section, std::string_view vendor, std::string_view product) {
  return fmt::format("  {} {{\n    device {{\n      vendor {}\n      product {}\n    }}\n  }}",
                     section, conf_quoted(exact_pattern(vendor)),
                     conf_quoted(exact_pattern(product)));
}

std::string entry_in(std::string_view section, RuleKind kind, std::string_view value) {
  return fmt::format("  {} {{\n    {} {}\n  }}", section, to_string(kind),
                     conf_quoted(exact_pattern(value)));
}

}  // namespace

std::string listing_lines(std::string_view vendor, std::string_view product) {
  return device_in("devices", vendor, product);
}

std::string exception_lines(RuleKind kind, std::string_view value) {
  return entry_in("blacklist_exceptions", kind, value);
}

std::string exception_lines(std::string_view vendor, std::string_view product) {
  return device_in("blacklist_exceptions", vendor, product);
}

std::string blacklist_lines(std::string_view wwid) {
  return entry_in("blacklist", RuleKind::wwid, wwid);
}

}  // namespace multipath
