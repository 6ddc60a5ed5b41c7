#include "multipath/model/multipath_table.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "multipath/model/number_text.h"
#include "multipath/model/word_reader.h"

namespace multipath {
namespace {

std::vector<std::string> read_counted(WordReader& reader, std::string_view count_of,
                                      std::string_view what) {
  return reader.words(reader.number<std::uint32_t>(count_of), what);
}

std::string format(const TableGroup& group) {
  const auto arguments = group.paths.empty() ? 0 : group.paths.front().arguments.size();
  auto text = fmt::format("{} {} {} {}", group.selector, counted(group.selector_arguments),
                          group.paths.size(), arguments);
  for (const auto& path : group.paths) {
    text += ' ' + to_string(path.number);
    for (const auto& argument : path.arguments) text += ' ' + argument;
  }
  return text;
}

TablePath read_path(WordReader& reader, std::uint32_t arguments) {
  const auto number = parse_device_number(reader.word("a path's device"));
  if (!number) reader.fail_at_word("a path's device", "is not MAJOR:MINOR");
  return {.number = number.value_or(DeviceNumber{}),
          .arguments = reader.words(arguments, "a path's argument")};
}

TableGroup read_group(WordReader& reader) {
  TableGroup group;
  group.selector = reader.word("a group's path selector");
  group.selector_arguments =
      read_counted(reader, "the number of selector arguments", "a selector's argument");
  const auto paths = reader.number<std::uint32_t>("a group's number of paths");
  const auto arguments = reader.number<std::uint32_t>("a group's number of path arguments");
  for (std::uint32_t i = 0; i < paths && !reader.failed(); ++i)
    group.paths.push_back(read_path(reader, arguments));
  return group;
}

}  // namespace

std::string counted(const std::vector<std::string>& words) {
  return fmt::format("{}{}{}", words.size(), words.empty() ? "" : " ", fmt::join(words, " "));
}

std::string format(const MultipathTable& table) {
  auto text = fmt::format("{} {} {} {}", counted(table.features), counted(table.hardware_handler),
                          table.groups.size(), table.initial_group);
  for (const auto& group : table.groups) text += ' ' + format(group);
  return text;
}

tl::expected<MultipathTable, Malformed> parse_multipath_table(std::string_view parameters) {
  WordReader reader(parameters);
  MultipathTable table;
  table.features = read_counted(reader, "the number of features", "a feature");
  table.hardware_handler =
      read_counted(reader, "the number of hardware handler words", "a hardware handler word");
  const auto groups = reader.number<std::uint32_t>("the number of groups");
  table.initial_group = reader.number<std::uint32_t>("the initial group");
  // drivers/md/dm-mpath.c, multipath_ctr
  if (table.initial_group > groups || (table.initial_group == 0) != (groups == 0))
    reader.fail_at_word("the initial group", "is none of the groups");
  for (std::uint32_t i = 0; i < groups && !reader.failed(); ++i)
    table.groups.push_back(read_group(reader));
  reader.end();
  if (reader.failed()) return tl::unexpected(*reader.trouble());
  return table;
}

std::optional<std::uint32_t> repeat_count_in(const MultipathTable& table, DeviceNumber path) {
  for (const TableGroup& group : table.groups) {
    const auto found = std::ranges::find(group.paths, path, &TablePath::number);
    if (found == group.paths.end()) continue;
    return found->arguments.empty() ? std::nullopt
                                    : parse_number<std::uint32_t>(found->arguments.front());
  }
  return std::nullopt;
}

bool queues_if_no_path(const std::vector<std::string>& features) {
  return std::ranges::find(features, queue_feature) != features.end();
}

bool queues_if_no_path(const MultipathTable& table) { return queues_if_no_path(table.features); }

}  // namespace multipath
