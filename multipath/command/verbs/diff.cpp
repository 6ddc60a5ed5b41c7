#include <array>
#include <ostream>
#include <stdexcept>
#include <string_view>

#include <fmt/format.h>

#include "multipath/capture/captured_host.h"
#include "multipath/command/configuration.h"
#include "multipath/command/report.h"
#include "multipath/command/verbs.h"
#include "multipath/discovery/discover.h"
#include "multipath/model/cut.h"
#include "multipath/model/host_changes.h"
#include "multipath/run/load_configuration.h"
#include "multipath/view/changes.h"
#include "multipath/view/config_text.h"
#include "multipath/view/text.h"

namespace multipath {
namespace {

struct DiffOptions : SharedOptions {
  void declare(Options& options) { declare_output(options); }
};

std::string_view without_indent(std::string_view line) {
  return line.substr(std::min(line.find_first_not_of('\t'), line.size()));
}

/// The effective configuration, each value with the names of its sections. Sections of the same
/// kind are distinguished by their leading vendor, product, wwid and type lines.
std::multimap<std::string, std::string> settings_of(const std::string& text) {
  std::multimap<std::string, std::string> settings;
  std::vector<std::string> sections;
  for (std::string_view rest = text; !rest.empty();) {
    std::string_view line = without_indent(cut(rest, '\n'));
    if (line.ends_with(" {")) {
      sections.emplace_back(line.substr(0, line.size() - 2));
    } else if (line == "}") {
      if (!sections.empty()) sections.pop_back();
    } else if (!sections.empty()) {
      const std::string_view keyword = cut(line, ' ');
      const std::string_view value = line;
      // In blacklist itself, a wwid is a rule.
      const bool is_inner = sections.size() > 1;
      if (is_inner &&
          (keyword == "vendor" || keyword == "product" || keyword == "wwid" || keyword == "type"))
        sections.back() += fmt::format(" {}", value);
      std::string name;
      for (const std::string& section : sections) name += section + "/";
      settings.emplace(name + std::string(keyword), value);
    }
  }
  return settings;
}

HostState state_of(Context& context, const std::string& directory) {
  // Never deleted: see run_capture().
  auto& captured = *new CapturedHost(directory);
  HostState state;
  Context asking{captured.host(), context.out, context.err};
  const Configuration in_force =
      load_configuration_or_report(asking, "diff", default_verbosity).value_or(Configuration());
  state.configuration = settings_of(render(in_force, ConfigurationView{}));
  if (!load_configuration(captured.host())) state.configuration.emplace("file", "has errors");
  const DiscoveryOptions discovery_options = SharedOptions{}.discovery_options(in_force);
  Discovery discovery =
      discover(captured.host(), in_force.hardware(), discovery_options, NeedDeviceMapper::no);
  state.paths = std::move(discovery.paths);
  state.maps = std::move(discovery.maps);
  for (const std::string& request : captured.missing()) {
    context.err << fmt::format("multipath diff: the capture {} has no answer to: {}\n",
                               printable(directory), printable(request));
  }
  return state;
}

ExitStatus run(Context& context, const DiffOptions& diff) {
  try {
    const HostState before = state_of(context, diff.words[0]);
    const HostState after = state_of(context, diff.words[1]);
    const auto changes = changes_between(before, after);
    context.out << (diff.json ? json_of_changes(changes) : render_changes(changes));
  } catch (const std::system_error&) {
    throw;
  } catch (const std::runtime_error& error) {
    const Finding failure{Finding::Severity::error, "diff", error.what()};
    return report_failure(context, diff, std::array{failure}, ExitStatus::not_found);
  }
  return ExitStatus::done;
}

}  // namespace

std::unique_ptr<VerbCommand> diff_verb() { return verb_command<DiffOptions>(run); }

}  // namespace multipath
