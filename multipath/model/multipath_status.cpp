#include "multipath/model/multipath_status.h"

#include <algorithm>
#include <array>

#include "multipath/model/word_reader.h"

namespace multipath {
namespace {

struct GroupStatusName {
  GroupStatus status;
  std::string_view letter;  ///< in the kernel's status line
  std::string_view name;
};

constexpr std::array<GroupStatusName, 4> group_statuses = {{
    {GroupStatus::undef, "", "undef"},
    {GroupStatus::active, "A", "active"},
    {GroupStatus::enabled, "E", "enabled"},
    {GroupStatus::disabled, "D", "disabled"},
}};

struct PathDmStateName {
  PathDmState state;
  std::string_view letter;
  std::string_view name;
};

constexpr std::array<PathDmStateName, 3> path_states = {{
    {PathDmState::undef, "", "undef"},
    {PathDmState::active, "A", "active"},
    {PathDmState::failed, "F", "failed"},
}};

/// The row whose letter is the next word; the first row, and a failed reader, when there is none.
template <typename Row, std::size_t size>
const Row& read_letter(WordReader& reader, const std::array<Row, size>& rows,
                       std::string_view what) {
  const auto letter = reader.word(what);
  if (reader.failed()) return rows.front();
  const auto* found = std::ranges::find(rows, letter, &Row::letter);
  if (found != rows.end()) return *found;
  reader.fail_at_word(what, "is a letter that is not known");
  return rows.front();
}

PathStatus read_path(WordReader& reader, std::uint32_t selector_words) {
  PathStatus path;
  const auto number = parse_device_number(reader.word("a path's device"));
  if (!number) reader.fail_at_word("a path's device", "is not MAJOR:MINOR");
  path.number = number.value_or(DeviceNumber{});
  path.state = read_letter(reader, path_states, "a path's state").state;
  path.fail_count = reader.number<std::uint32_t>("a path's count of failures");
  reader.words(selector_words, "a path's word of the selector");
  return path;
}

GroupStatusLine read_group(WordReader& reader) {
  GroupStatusLine group;
  group.status = read_letter(reader, group_statuses, "a group's status").status;
  reader.words(reader.number<std::uint32_t>("the number of selector words"), "a selector's word");
  const auto paths = reader.number<std::uint32_t>("a group's number of paths");
  const auto selector_words = reader.number<std::uint32_t>("the number of words per path");
  for (std::uint32_t i = 0; i < paths && !reader.failed(); ++i)
    group.paths.push_back(read_path(reader, selector_words));
  return group;
}

/// nfeat queue_io pg_init_count; later kernels may add words, none has fewer.
void read_features(WordReader& reader, MultipathStatus& status) {
  const auto features = reader.number<std::uint32_t>("the number of feature words");
  if (features < 2) return reader.fail_at_word("the number of feature words", "is less than two");
  status.queue_io = reader.number<std::uint32_t>("queue_io") != 0;
  status.pg_init_count = reader.number<std::uint32_t>("pg_init_count");
  reader.words(features - 2, "a feature's word");
}

}  // namespace

std::string to_string(GroupStatus status) {
  const auto* found = std::ranges::find(group_statuses, status, &GroupStatusName::status);
  return std::string(found == group_statuses.end() ? "undef" : found->name);
}

std::string to_string(PathDmState state) {
  const auto* found = std::ranges::find(path_states, state, &PathDmStateName::state);
  return std::string(found == path_states.end() ? "undef" : found->name);
}

tl::expected<MultipathStatus, Malformed> parse_multipath_status(std::string_view parameters) {
  WordReader reader(parameters);
  MultipathStatus status;
  read_features(reader, status);
  reader.words(reader.number<std::uint32_t>("the number of hardware handler words"),
               "a hardware handler word");
  const auto groups = reader.number<std::uint32_t>("the number of groups");
  status.current_group = reader.number<std::uint32_t>("the current group");
  if (status.current_group > groups)
    reader.fail_at_word("the current group", "is none of the groups");
  for (std::uint32_t i = 0; i < groups && !reader.failed(); ++i)
    status.groups.push_back(read_group(reader));
  reader.end();
  if (reader.failed()) return tl::unexpected(*reader.trouble());
  return status;
}

}  // namespace multipath
