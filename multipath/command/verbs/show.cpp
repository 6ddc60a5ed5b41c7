#include <algorithm>
#include <array>
#include <ostream>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "multipath/command/configuration.h"
#include "multipath/command/listed_rows.h"
#include "multipath/command/options.h"
#include "multipath/command/report.h"
#include "multipath/command/verbs.h"
#include "multipath/run/list_maps.h"
#include "multipath/run/plan_run.h"
#include "multipath/view/json.h"
#include "multipath/view/json_results.h"
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
  bool origin = false;
  bool present = false;

  void declare(Options& options) {
    declare_output(options);
    declare_questions(options);
    options.flag("no-io", no_io, "maps: show only what the kernel knows; query no path")
        .value(
            "format", "FORMAT", [this](const std::string& text) { format = text; },
            "maps, paths: one line for each, with the wildcards of `show wildcards`")
        .flag("raw", raw, "with --format: no header line, no padding")
        .flag("origin", origin, "config: print what decided each value, as a comment")
        .flag("present", present, "config: print only the hardware that is present");
  }

  void check() const;
  Requirements requirements() const;
  std::vector<std::string> names() const { return {words.begin() + 1, words.end()}; }
  Layout layout() const { return raw ? Layout::raw : Layout::columns; }
};

RowFormat parse_format(const std::string& text, std::span<const Wildcard> known) {
  auto format = RowFormat::parse(text, known);
  if (!format) throw UsageError(fmt::format("--format '{}': {}", text, format.error()));
  return std::move(*format);
}

/// The configuration and the targets of a listing, or the status if one of them is missing, which has
/// been reported.
struct Request {
  Configuration configuration;
  std::vector<Target> targets;
};
tl::expected<Request, ExitStatus> request_of(Context& context, const ShowOptions& options) {
  auto targets = find_targets(context, options, options.names());
  if (!targets) return tl::unexpected(ExitStatus::not_found);
  auto configuration = load_configuration_or_report(context, "show", default_verbosity);
  if (!configuration) return tl::unexpected(ExitStatus::configuration_errors);
  return Request{std::move(*configuration), std::move(*targets)};
}

ExitStatus show_maps(Context& context, const ShowOptions& options) {
  const auto format =
      options.format ? std::optional(parse_format(*options.format, map_wildcards())) : std::nullopt;
  const auto request = request_of(context, options);
  if (!request) return request.error();
  const Configuration& configuration = request->configuration;
  const Listing listing =
      list_maps(context.host, request->targets, options.no_io ? Depth::recall : Depth::ask,
                options.discovery_options(configuration));
  if (format) {
    const auto rows = listed_maps(configuration, listing.current, listing.paths);
    context.out << render_maps(*format, rows, options.layout());
  } else {
    std::vector<Finding> findings = listing.findings;
    std::ranges::copy(listing.kept, std::back_inserter(findings));
    if (options.json) {
      print_json_of_maps(context.out, listing.maps, findings, listing.native);
    } else {
      context.out << render(listing.maps, context.out_style) << render_native(listing.native);
    }
  }
  if (!options.json) {
    report(context, listing.findings, default_verbosity);
    report(context, listing.kept, default_verbosity);
  }
  return with_unmatched(context, listing.unmatched, ExitStatus::done);
}

ExitStatus show_paths(Context& context, const ShowOptions& options) {
  const auto format = options.format
                          ? std::optional(parse_format(*options.format, path_wildcards()))
                          : std::nullopt;
  const auto request = request_of(context, options);
  if (!request) return request.error();
  const Configuration& configuration = request->configuration;
  const PathListing listing =
      list_paths(context.host, request->targets, options.discovery_options(configuration));
  const Discovery& discovery = listing.discovery;
  if (format) {
    const auto rows =
        listed_paths(context.host.sys, configuration, discovery.paths, discovery.maps, *format);
    context.out << render_paths(*format, rows, options.layout());
  } else if (options.json) {
    print_json_of_paths(context.out, discovery.paths, discovery.findings);
  } else {
    context.out << render_path_list(discovery.paths, discovery.maps);
  }
  if (!options.json) {
    report(context, discovery.findings, default_verbosity);
    report(context, troubles_of(discovery.paths), default_verbosity);
  }
  return with_unmatched(context, listing.unmatched, ExitStatus::done);
}

ExitStatus show_metrics(Context& context, const ShowOptions& options) {
  const auto configuration = load_configuration_or_report(context, "show", default_verbosity);
  if (!configuration) return ExitStatus::configuration_errors;
  const DiscoveryOptions discovery_options = options.discovery_options(*configuration);
  const PlanRun planned =
      plan_maps(context.host, {}, make_planning_options(context.host, discovery_options, {}),
                discovery_options, NeedDeviceMapper::no, NewBindings::no);
  context.out << render_metrics({planned.paths, planned.maps, planned.plan, planned.findings});
  return ExitStatus::done;
}

ExitStatus show_wildcards(Context& context, const ShowOptions& options) {
  if (options.json) {
    context.out << json_of_wildcards(map_wildcards(), path_wildcards());
    return ExitStatus::done;
  }
  context.out << "maps:\n"
              << render_wildcards(map_wildcards()) << "\npaths:\n"
              << render_wildcards(path_wildcards());
  return ExitStatus::done;
}

ExitStatus show_configuration(Context& context, const ShowOptions& options) {
  const auto configuration = load_configuration_or_report(context, "show", default_verbosity);
  if (!configuration) return ExitStatus::configuration_errors;
  const ShownHardware hardware = options.present ? ShownHardware::present : ShownHardware::all;
  if (options.json) {
    print_configuration_json(context, *configuration, hardware);
  } else {
    print_configuration(
        context, *configuration,
        options.origin ? ConfigurationView::Origins::show : ConfigurationView::Origins::hide,
        hardware);
  }
  return ExitStatus::done;
}

/// A row for each thing that can be shown, with the arguments and options that it takes.
struct ShowSubject {
  std::string_view name;
  ExitStatus (*show)(Context& context, const ShowOptions& options);
  bool takes_names = false;
  bool takes_json = false;
  bool takes_format = false;
  bool takes_no_io = false;
  bool takes_discovery = false;  ///< --whitelist, --deadline
  bool takes_origin = false;     ///< --origin, --present
  Requirements requirements = {};
};
constexpr std::array subjects{
    ShowSubject{.name = "maps",
                .show = show_maps,
                .takes_names = true,
                .takes_json = true,
                .takes_format = true,
                .takes_no_io = true,
                .takes_discovery = true,
                .requirements = {.device_mapper = true}},
    ShowSubject{.name = "paths",
                .show = show_paths,
                .takes_names = true,
                .takes_json = true,
                .takes_format = true,
                .takes_discovery = true},
    ShowSubject{
        .name = "config", .show = show_configuration, .takes_json = true, .takes_origin = true},
    ShowSubject{.name = "metrics", .show = show_metrics, .takes_discovery = true},
    ShowSubject{.name = "wildcards", .show = show_wildcards, .takes_json = true},
};

const ShowSubject& subject_named(const std::string& name) {
  const auto* found = std::ranges::find(subjects, name, &ShowSubject::name);
  if (found != subjects.end()) return *found;
  std::string names;
  for (const ShowSubject& subject : subjects)
    names += fmt::format("{}{}",
                         names.empty()                  ? ""
                         : &subject == &subjects.back() ? " or "
                                                        : ", ",
                         subject.name);
  throw UsageError(fmt::format("unknown subject '{}'; expected {}", name, names));
}

void ShowOptions::check() const {
  const ShowSubject& subject = subject_named(words.front());
  const auto require = [&](bool taken, bool given, std::string_view option) {
    if (given && !taken)
      throw UsageError(fmt::format("`show {}` does not take {}", subject.name, option));
  };
  require(subject.takes_names, words.size() > 1, "arguments");
  require(subject.takes_json, json, "--json");
  require(subject.takes_format, format.has_value(), "--format");
  require(subject.takes_no_io, no_io, "--no-io");
  require(subject.takes_discovery, whitelist.value().has_value(), "--whitelist");
  require(subject.takes_discovery, deadline.has_value(), "--deadline");
  require(subject.takes_origin, origin, "--origin");
  require(subject.takes_origin, present, "--present");
  if (raw && !format) throw UsageError("--raw requires --format");
  if (format && json) throw UsageError("--format and --json cannot be combined");
}

Requirements ShowOptions::requirements() const { return subject_named(words.front()).requirements; }

ExitStatus run(Context& context, const ShowOptions& options) {
  return subject_named(options.words.front()).show(context, options);
}

}  // namespace

std::unique_ptr<VerbCommand> show_verb() { return verb_command<ShowOptions>(run); }

}  // namespace multipath
