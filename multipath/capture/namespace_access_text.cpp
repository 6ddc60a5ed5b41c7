#include "multipath/capture/namespace_access_text.h"

#include <fmt/format.h>

#include "multipath/model/number_text.h"

namespace multipath {
namespace {

constexpr std::string_view none = "none", trouble = "trouble ", group = " group ";

}  // namespace

std::string access_text(const NamespaceAccess& access) {
  if (!access.trouble.empty()) return fmt::format("{}{}\n", trouble, access.trouble);
  if (!access.state) return fmt::format("{}\n", none);
  return fmt::format("{}{}{}\n", to_string(*access.state), group, access.group);
}

std::optional<NamespaceAccess> parse_access(std::string_view text) {
  if (text.ends_with('\n')) text.remove_suffix(1);
  NamespaceAccess access;
  if (text == none) return access;
  if (text.starts_with(trouble)) {
    access.trouble = text.substr(trouble.size());
    return access;
  }
  const std::size_t at = text.find(group);
  if (at == std::string_view::npos) return std::nullopt;
  const auto number = parse_number<std::uint32_t>(text.substr(at + group.size()));
  access.state = nvme::parse_ana_state(text.substr(0, at));
  if (!access.state || !number) return std::nullopt;
  access.group = *number;
  return access;
}

}  // namespace multipath
