#include "multipath/command/udev_answers.h"

#include <exception>

#include <fmt/format.h>

#include "multipath/claims/map_readiness.h"
#include "multipath/claims/path_verdict.h"
#include "multipath/command/options.h"
#include "multipath/config/settings.h"
#include "multipath/model/link_names.h"
#include "multipath/model/printable.h"
#include "multipath/planning/coalesce.h"
#include "multipath/run/known_units.h"
#include "multipath/run/load_configuration.h"
#include "multipath/run/targets.h"
#include "multipath/run/udev_run.h"

namespace multipath {
namespace {

/// Who may open the node, for the rule to set: udevd would undo what anybody else sets with its next
/// event of the map.
std::string node_attributes(const Configuration& configuration, const Wwid& wwid) {
  const UnitSettings& settings = configuration.settings_for_unit(subject_of_unit(wwid, {}));
  std::string text;
  if (settings.mode.value)
    text += fmt::format("MULTIPATH_NODE_MODE={:04o}\n", *settings.mode.value);
  if (!settings.user.value.empty())
    text += fmt::format("MULTIPATH_NODE_OWNER={}\n", settings.user.value);
  if (!settings.group.value.empty())
    text += fmt::format("MULTIPATH_NODE_GROUP={}\n", settings.group.value);
  return text;
}

/// The configuration, unless something about it must be reported. The copy of a configuration
/// without errors is left to the other commands: comparing it costs more than the rest.
std::optional<Configuration> load_without_errors(Host& host) {
  LoadedConfiguration loaded = load_configuration(host, WithErrors::last_good, KeepCopy::no);
  if (loaded.has_errors()) return std::nullopt;
  return std::move(loaded.configuration);
}

std::optional<Answer> silent(Answer answer) {
  if (!answer.err.empty()) return std::nullopt;
  return answer;
}

std::optional<Answer> answer_event_of_path(Host& host, const std::string& word,
                                           const std::string& former_verdict) {
  const auto configuration = load_without_errors(host);
  if (!configuration) return std::nullopt;
  return silent(answer_path(host, *configuration,
                            {.word = word,
                             .former_verdict = former_verdict,
                             .verbosity = verbosity_of(configuration->globals().verbosity.value)}));
}

std::optional<Answer> answer_event_of_map(Host& host, const std::string& word) {
  const auto configuration = load_without_errors(host);
  if (!configuration) return std::nullopt;
  return silent(answer_map(host, word, verbosity_of(configuration->globals().verbosity.value)));
}

std::optional<Answer> answer_properties(Host& host, const std::string& word) {
  const auto number = parse_device_number(word);
  if (!number) return std::nullopt;
  bool has_errors = false;
  auto text = answer_map_properties(host, *number, [&] {
    auto configuration = load_without_errors(host);
    has_errors = !configuration;
    return configuration;
  });
  if (!text || has_errors) return std::nullopt;
  return Answer{0, std::move(*text), ""};
}

}  // namespace

Answer answer_path(const Host& host, const Configuration& configuration,
                   const PathQuestion& question) {
  const auto target = find_target(host, question.word);
  if (!target || !target->number)
    throw UsageError(
        fmt::format("'{}' is not a valid argument: no such device on this host", question.word));
  const bool before_root = question.is_event && question.before_root;
  const JudgedPath judged =
      judge_path(host, configuration, *target->number, known_units(host, configuration),
                 question.every_unit, question.is_event ? question.former_verdict : "",
                 !question.is_event ? Asked::by_user
                 : before_root      ? Asked::before_root
                                    : Asked::at_event);
  Answer answer;
  if (question.verbosity == Verbosity::everything) {
    answer.err =
        fmt::format("multipath: {}: {}\n", printable(question.word), printable(judged.reason));
  }
  answer.out = fmt::format("DM_MULTIPATH_DEVICE_PATH=\"{}\"\n", static_cast<int>(judged.verdict));
  if (question.is_event && judged.verdict == PathVerdict::maybe)
    answer.out += fmt::format("MULTIPATH_WAIT=\"{}\"\n", judged.wait.count());
  if (judged.switched_off) answer.out += "MULTIPATH_OFF=\"1\"\n";
  if (before_root && judged.known) answer.out += "MULTIPATH_KNOWN=\"1\"\n";
  answer.status = question.is_event || judged.verdict != PathVerdict::no ? 0 : 1;
  return answer;
}

Answer answer_map(const Host& host, const std::string& word, Verbosity verbosity) {
  const auto target = find_target(host, word);
  if (!target)
    throw UsageError(
        fmt::format("'{}' is not a valid argument: no such device on this host", word));
  std::vector<Finding> findings;
  const auto map = find_map(host.device_mapper, *target, findings);
  if (map && has_usable_path(host.sys, *map)) return {};
  if (verbosity <= Verbosity::errors) return {1, "", ""};
  return {1, "",
          map ? fmt::format("multipath: {}: no usable paths found\n", printable(map->name))
              : fmt::format("multipath: {}: not a multipath map\n", printable(word))};
}

std::optional<std::string> answer_map_properties(const Host& host, DeviceNumber device,
                                                 const LoadOnDemand& load) {
  const auto description = host.device_mapper.describe(device);
  const auto names = description ? link_names_of(description->uuid) : std::nullopt;
  if (!names) return std::nullopt;
  const auto map = multipath_map_of(host, *description);
  std::string text =
      fmt::format("MPATH_DEVICE_READY={}\n", map && has_usable_path(host.sys, *map) ? 1 : 0);
  if (!names->type.empty()) text += fmt::format("DM_TYPE={}\n", names->type);
  text += fmt::format("DM_SERIAL={}\n", names->serial);
  if (names->wwn) text += fmt::format("DM_WWN={}\n", *names->wwn);
  if (names->partition) text += fmt::format("DM_PART={}\n", *names->partition);
  const auto wwid = !names->partition && map ? wwid_of_map_uuid(map->uuid) : std::nullopt;
  const auto configuration = wwid ? load() : std::nullopt;
  if (configuration) text += node_attributes(*configuration, *wwid);
  return text;
}

std::optional<Answer> answer_in_short(Host& host, const std::vector<std::string>& words,
                                      const std::string& former_verdict) {
  if (words.size() != 2 || words.back().empty() || words.back().front() == '-') return std::nullopt;
  try {
    if (words.front() == "-u") return answer_event_of_path(host, words.back(), former_verdict);
    if (words.front() == "-U") return answer_event_of_map(host, words.back());
    if (words.front() == "udev-map") return answer_properties(host, words.back());
  } catch (const std::exception&) {
    // multipath reports what is wrong.
  }
  return std::nullopt;
}

}  // namespace multipath
