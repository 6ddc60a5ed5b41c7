#include "multipath/capture/captured_tree.h"

#include <fmt/format.h>

namespace multipath {
namespace {

constexpr std::string_view by_number = "dev/block/";
constexpr std::string_view by_name = "class/block/";
constexpr std::string_view devices = "devices/";

/// "dev/block/8:0/size": "dev/block/8:0" and "/size".
struct Split {
  std::string_view folder;
  std::string_view rest;
};
Split split_after_device(std::string_view path, std::string_view prefix) {
  const auto slash = path.find('/', prefix.size());
  if (slash == std::string_view::npos) return {path, {}};
  return {path.substr(0, slash), path.substr(slash)};
}

/// "devices/.../block/sda/size": "devices/.../block/sda" and "/size".
Split split_after_block_device(std::string_view path) {
  constexpr std::string_view block = "/block/";
  const auto found = path.rfind(block);
  if (found == std::string_view::npos) return {path, {}};
  return split_after_device(path, path.substr(0, found + block.size()));
}

std::string_view last_name(std::string_view path) { return path.substr(path.rfind('/') + 1); }

}  // namespace

CapturedTree::CapturedTree(std::string root, Facts facts, Missing& missing)
    : root_(std::move(root)), facts_(std::move(facts)), missing_(missing) {}

/// "devices/..." of a link's recorded target "../../devices/...".
std::optional<std::string> CapturedTree::device_folder(std::string_view link) const {
  const auto target = facts_.link(link);
  if (!target || !*target) return std::nullopt;
  const auto found = (*target)->find(devices);
  return found == std::string::npos ? std::nullopt : std::optional((*target)->substr(found));
}

std::vector<std::string> CapturedTree::other_names(std::string_view path) const {
  std::vector<std::string> names;
  if (path.starts_with(by_number)) {
    const auto [folder, rest] = split_after_device(path, by_number);
    const auto real = device_folder(folder);
    if (!real || rest.empty()) return names;
    names.push_back(*real + std::string(rest));
    names.push_back(fmt::format("{}{}{}", by_name, last_name(*real), rest));
  } else if (path.starts_with(by_name)) {
    const auto [folder, rest] = split_after_device(path, by_name);
    if (rest.empty()) return names;
    auto real = device_folder(folder);
    if (!real) {
      const auto number = facts_.read(std::string(folder) + "/dev");
      if (number && *number)
        real = device_folder(
            fmt::format("{}{}", by_number, (*number)->substr(0, (*number)->find('\n'))));
    }
    if (real && last_name(*real) == last_name(folder)) names.push_back(*real + std::string(rest));
  } else if (path.starts_with(devices)) {
    const auto [folder, rest] = split_after_block_device(path);
    if (!rest.empty()) names.push_back(fmt::format("{}{}{}", by_name, last_name(folder), rest));
  }
  return names;
}

template <typename T>
std::optional<T> CapturedTree::answer(const char* verb, std::string_view path,
                                      Facts::Recorded<T> (Facts::*ask)(std::string_view)
                                          const) const {
  if (auto recorded = (facts_.*ask)(path)) return std::move(*recorded);
  if (facts_.exists(path) == false) return std::nullopt;
  for (const std::string& name : other_names(path)) {
    if (auto recorded = (facts_.*ask)(name)) return std::move(*recorded);
    if (facts_.exists(name) == false) return std::nullopt;
  }
  missing_.note(fmt::format("{} {}/{}", verb, root_, path));
  return std::nullopt;
}

std::optional<std::string> CapturedTree::read(std::string_view path) const {
  return answer<std::string>("read", path, &Facts::read);
}

std::optional<std::vector<std::string>> CapturedTree::list(std::string_view path) const {
  return answer<std::vector<std::string>>("list", path, &Facts::list);
}

std::optional<std::string> CapturedTree::read_link(std::string_view path) const {
  return answer<std::string>("read the link", path, &Facts::link);
}

bool CapturedTree::exists(std::string_view path) const {
  if (const auto there = facts_.exists(path)) return *there;
  for (const std::string& name : other_names(path)) {
    if (const auto there = facts_.exists(name)) return *there;
  }
  missing_.note(fmt::format("is there {}/{}", root_, path));
  return false;
}

}  // namespace multipath
