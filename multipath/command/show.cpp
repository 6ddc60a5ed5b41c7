#include <algorithm>
#include <array>
#include <ostream>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "multipath/command/report.h"
#include "multipath/command/shared_options.h"
#include "multipath/command/show_config.h"
#include "multipath/command/show_rows.h"
#include "multipath/command/usage_error.h"
#include "multipath/command/verbs.h"
#include "multipath/run/jobs.h"
#include "multipath/run/load_configuration.h"
#include "multipath/view/json.h"
#include "multipath/view/listed.h"
#include "multipath/view/metrics.h"
#include "multipath/view/native_nvme.h"
#include "multipath/view/path_list_text.h"
#include "multipath/view/text.h"
#include "multipath/view/topology_text.h"

namespace multipath {
namespace {

struct ShowOptions : SharedOptions {
  bool no_io = false;
  bool raw = false;
  std::optional<std::string> format;

  Options declare() {
    Options options;
    declare_output(options);
    declare_questions(options);
    options.flag("no-io", no_io, "maps: only what the kernel knows; no path is touched")
        .value(
            "format", "FORMAT", [this](const std::string& text) { format = text; },
            "maps, paths: a line for each, with the wildcards of `show wildcards`")
        .flag("raw", raw, "with --format: no line of names above, nothing padded")
        .arguments("maps|paths [DEVICE|MAP...] | config|metrics|wildcards", words, "");
    return options;
  }

  Layout layout() const { return raw ? Layout::raw : Layout::columns; }
};

RowFormat parse_format(const std::string& text, std::span<const Wildcard> known) {
  auto format = RowFormat::parse(text, known);
  if (!format) throw UsageError(fmt::format("--format '{}': {}", text, format.error()));
  return std::move(*format);
}

/// What a show works with.
struct Show {
  Context& context;
  const ShowOptions& options;
  std::vector<std::string> names;  ///< behind what is to be shown
};

/// Nothing when there is none that can be used, or a word names nothing; that has been told then.
struct Asked {
  Configuration configuration;
  std::vector<Target> targets;
};
tl::expected<Asked, ExitStatus> asked(const Show& show) {
  auto targets = find_targets(show.context, show.names);
  if (!targets) return tl::unexpected(ExitStatus::not_found);
  auto configuration = load_configuration_or_tell(show.context, "show", default_verbosity);
  if (!configuration) return tl::unexpected(ExitStatus::usage);
  return Asked{std::move(*configuration), std::move(*targets)};
}

ExitStatus show_maps(const Show& show) {
  const ShowOptions& options = show.options;
  const auto format =
      options.format ? std::optional(parse_format(*options.format, map_wildcards())) : std::nullopt;
  const auto asked_for = asked(show);
  if (!asked_for) return asked_for.error();
  const Configuration& configuration = asked_for->configuration;
  const Listing listing =
      list_maps(show.context, asked_for->targets, options.no_io ? Depth::recall : Depth::ask,
                options.discovery_options(configuration));
  if (format) {
    const auto rows = listed_maps(configuration, listing.current, listing.paths);
    show.context.out << render_maps(*format, rows, options.layout());
  } else {
    std::vector<Finding> findings = listing.findings;
    std::ranges::copy(listing.kept, std::back_inserter(findings));
    show.context.out << (options.json ? json_of_maps(listing.maps, findings, listing.native)
                                      : render(listing.maps, show.context.out_style) +
                                            render_native(listing.native));
  }
  if (!options.json) {
    report(show.context, listing.findings, default_verbosity);
    report(show.context, listing.kept, default_verbosity);
  }
  return with_unmatched(show.context, listing.unmatched, ExitStatus::done);
}

/// Keeps the paths that are asked for; the words of targets that there are none of come back.
std::vector<std::string> narrow(const std::vector<Target>& targets, std::vector<Path>& paths) {
  std::vector<std::string> unmatched;
  for (const Target& target : targets) {
    if (std::ranges::none_of(paths, [&](const Path& path) { return target.matches(path); }))
      unmatched.push_back(target.word);
  }
  std::erase_if(paths, [&](const Path& path) {
    return !targets.empty() && std::ranges::none_of(targets, [&](const Target& target) {
      return target.matches(path);
    });
  });
  return unmatched;
}

ExitStatus show_paths(const Show& show) {
  const ShowOptions& options = show.options;
  const auto format = options.format
                          ? std::optional(parse_format(*options.format, path_wildcards()))
                          : std::nullopt;
  const auto asked_for = asked(show);
  if (!asked_for) return asked_for.error();
  Context& context = show.context;
  const Configuration& configuration = asked_for->configuration;
  Discovery discovery = discover(context.host, configuration.hardware(),
                                 options.discovery_options(configuration), NeedDeviceMapper::no);
  const auto unmatched = narrow(asked_for->targets, discovery.paths);
  if (format) {
    const auto rows =
        listed_paths(context.host.sys, configuration, discovery.paths, discovery.maps);
    context.out << render_paths(*format, rows, options.layout());
  } else {
    context.out << (options.json ? json_of_paths(discovery.paths, discovery.findings)
                                 : render_path_list(discovery.paths));
  }
  if (!options.json) {
    report(context, discovery.findings, default_verbosity);
    report(context, troubles_of(discovery.paths), default_verbosity);
  }
  return with_unmatched(context, unmatched, ExitStatus::done);
}

ExitStatus show_metrics(const Show& show) {
  const auto configuration = load_configuration_or_tell(show.context, "show", default_verbosity);
  if (!configuration) return ExitStatus::usage;
  const PlanningOptions planning_options = make_planning_options(show.context, *configuration, {});
  const PlanRun planned =
      plan_maps(show.context, {}, planning_options, show.options.discovery_options(*configuration),
                NeedDeviceMapper::no, NewBindings::no);
  show.context.out << render_metrics({planned.paths, planned.maps, planned.plan, planned.findings});
  return ExitStatus::done;
}

ExitStatus show_wildcards(const Show& show) {
  show.context.out << "maps:\n"
                   << render_wildcards(map_wildcards()) << "\npaths:\n"
                   << render_wildcards(path_wildcards());
  return ExitStatus::done;
}

struct Shown {
  std::string_view name;
  ExitStatus (*show)(const Show& show);
  bool takes_names;
  bool takes_format;
};
constexpr std::array subjects{
    Shown{"maps", show_maps, true, true},
    Shown{"paths", show_paths, true, true},
    Shown{"metrics", show_metrics, false, false},
    Shown{"wildcards", show_wildcards, false, false},
};

const Shown& subject_named(const std::string& name) {
  const auto* found = std::ranges::find(subjects, name, &Shown::name);
  if (found == subjects.end()) {
    throw UsageError(fmt::format(
        "there is nothing like '{}' to show; maps, paths, config, metrics and wildcards there are",
        name));
  }
  return *found;
}

void refuse_what_does_not_fit(const Shown& subject, const ShowOptions& options) {
  if (!subject.takes_names && options.words.size() > 1)
    throw UsageError(fmt::format("{} takes no argument", subject.name));
  if (options.raw && !options.format) throw UsageError("--raw is for --format");
  if (options.format && !subject.takes_format)
    throw UsageError(fmt::format("--format is for maps and paths, not for {}", subject.name));
  if (options.format && options.json)
    throw UsageError("--format and --json are two ways to write the same; one of them");
  if (options.json && !subject.takes_format)
    throw UsageError(fmt::format("{} are no JSON", subject.name));
}

}  // namespace

ExitStatus run_show(Context& context, const std::vector<std::string>& words) {
  if (!words.empty() && words.front() == "config")
    return run_show_config(context, {words.begin() + 1, words.end()});
  ShowOptions show;
  Options options = show.declare();
  options.parse(words);
  if (show.help) {
    context.out << verb_help(
        "show",
        "Lists maps with their paths, or all SCSI paths of the host; `show config`: the "
        "configuration in force; `show metrics`: numbers for Prometheus; `show wildcards`: what "
        "--format knows.",
        options);
    return ExitStatus::done;
  }
  if (show.words.empty()) throw UsageError("maps or paths?");
  const Shown& subject = subject_named(show.words.front());
  refuse_what_does_not_fit(subject, show);
  return subject.show({context, show, {show.words.begin() + 1, show.words.end()}});
}

}  // namespace multipath
