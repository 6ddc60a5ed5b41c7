#include "multipath/command/configuration.h"

#include <algorithm>
#include <ostream>

#include <fmt/format.h>

#include "multipath/command/compat/options.h"
#include "multipath/command/report.h"
#include "multipath/command/verbs.h"
#include "multipath/discovery/enumerate.h"
#include "multipath/discovery/identify.h"
#include "multipath/host/current_maps.h"
#include "multipath/model/printable.h"
#include "multipath/model/wwid.h"
#include "multipath/run/load_configuration.h"
#include "multipath/view/json_config.h"

namespace multipath {
namespace {

/// The row of a verb, or of an option of the packaged tool's command line.
struct Use {
  WithErrors with_errors;
  PrintWarnings warnings;
};
Use use_of(std::string_view command) {
  if (const VerbRow* verb = find_verb(command)) return {verb->with_errors, verb->warnings};
  const CompatCommand& compat = compat_command(command);
  return {compat.with_errors, compat.warnings};
}

void print(Context& context, const Diagnostic& diagnostic) {
  context.err << printable(to_string(diagnostic)) << '\n';
}

/// The warnings of a configuration in force. Its notes, and all of many warnings, are for
/// check-config and for -v3.
void print_warnings(Context& context, const Diagnostics& diagnostics, PrintWarnings wanted,
                    Verbosity verbosity) {
  if (verbosity == Verbosity::everything) {
    for (const Diagnostic& diagnostic : diagnostics) print(context, diagnostic);
    return;
  }
  if (wanted == PrintWarnings::no || verbosity < Verbosity::maps) return;
  constexpr std::size_t most = 10;
  std::size_t count = 0;
  for (const Diagnostic& diagnostic : diagnostics) {
    if (diagnostic.severity == Diagnostic::Severity::warning && ++count <= most)
      print(context, diagnostic);
  }
  if (count > most) {
    context.err << fmt::format(
        "multipath: the configuration has {} more warnings; multipath check-config lists them\n",
        count - most);
  }
}

void print_errors(Context& context, const LoadedConfiguration& loaded, Verbosity verbosity) {
  for (const Diagnostic& diagnostic : loaded.diagnostics) {
    if (verbosity == Verbosity::everything || diagnostic.severity == Diagnostic::Severity::error)
      print(context, diagnostic);
  }
  context.err << "multipath: " << printable(loaded.notice) << '\n';
}

/// What the kernel remembers of the disks' INQUIRY; no disk is opened.
std::vector<Subject> present_hardware(const Host& host) {
  std::vector<Subject> subjects;
  for (Disk& disk : enumerate_disks(host.sys, std::nullopt)) {
    recall_inquiry(host.sys, disk);
    Subject subject = hardware_of(disk.path);
    if (std::ranges::find(subjects, subject) == subjects.end())
      subjects.push_back(std::move(subject));
  }
  return subjects;
}

std::vector<ConfigurationView::Unit> units_with_maps(Context& context) {
  std::vector<ConfigurationView::Unit> units;
  std::vector<Finding> findings;
  for (const CurrentMap& map : read_maps(context.host.device_mapper, findings)) {
    if (const auto wwid = wwid_of_map_uuid(map.uuid)) units.push_back({wwid->text(), map.name});
  }
  report(context, findings, default_verbosity);
  return units;
}

}  // namespace

std::optional<Configuration> load_configuration_or_report(Context& context,
                                                          std::string_view command,
                                                          std::optional<Verbosity> verbosity,
                                                          UseLastGood last_good) {
  const bool may_keep = context.keeps_configuration && context.is_root;
  const Use use = use_of(command);
  LoadedConfiguration loaded = load_configuration(
      context.host, last_good == UseLastGood::yes ? WithErrors::last_good : use.with_errors,
      may_keep ? KeepCopy::yes : KeepCopy::no);
  if (!verbosity && loaded.configuration)
    verbosity = verbosity_of(loaded.configuration->globals().verbosity.value);
  if (loaded.has_errors()) {
    print_errors(context, loaded, verbosity.value_or(default_verbosity));
  } else {
    print_warnings(context, loaded.diagnostics, use.warnings,
                   verbosity.value_or(default_verbosity));
  }
  return std::move(loaded.configuration);
}

void print_configuration(Context& context, const Configuration& configuration,
                         ConfigurationView::Origins origins, ShownHardware hardware) {
  ConfigurationView view;
  view.origins = origins;
  if (hardware == ShownHardware::present) {
    view.hardware = present_hardware(context.host);
    view.units = units_with_maps(context);
  }
  context.out << render(configuration, view);
}

void print_configuration_json(Context& context, const Configuration& configuration,
                              ShownHardware hardware) {
  ConfigurationView view;
  if (hardware == ShownHardware::present) view.hardware = present_hardware(context.host);
  std::vector<Finding> findings;
  for (const Diagnostic& warning : configuration.warnings())
    findings.push_back({warning.severity == Diagnostic::Severity::note ? Finding::Severity::note
                                                                       : Finding::Severity::warning,
                        to_string(warning.place), warning.what});
  context.out << json_of_config(configuration, view, findings);
}

}  // namespace multipath
