#include <ostream>

#include <fmt/format.h>

#include "multipath/command/load_configuration.h"
#include "multipath/command/options.h"
#include "multipath/command/shared_options.h"
#include "multipath/command/usage_error.h"
#include "multipath/command/verbs.h"
#include "multipath/host/state_file.h"
#include "multipath/view/text.h"

namespace multipath {
namespace {

/// Nothing when there is no such file.
std::optional<tl::expected<Configuration, Diagnostics>> check_file(const Host& host,
                                                                   const std::string& file) {
  auto text =
      host.state_files != nullptr ? host.state_files->read(file) : LiveStateFiles().read(file);
  if (!text) return std::nullopt;
  return Configuration::load(std::vector{ConfigurationText{file, std::move(*text)}});
}

}  // namespace

ExitStatus run_check_config(Context& context, const std::vector<std::string>& words) {
  bool help = false;
  std::vector<std::string> names;
  Options options;
  options.flag("help,h", help, "this help").arguments("[FILE]", names, "");
  options.parse(words);
  if (help) {
    context.out << verb_help("check-config",
                             "Checks FILE, or /etc/multipath.conf with /etc/multipath/conf.d, and "
                             "tells every mistake as FILE:LINE:COLUMN. Status 0: a configuration "
                             "that is obeyed; 1: one with errors.",
                             options);
    return ExitStatus::done;
  }
  if (names.size() > 1) throw UsageError("one file at a time");
  const auto checked = names.empty() ? std::optional(load_configuration(context.host))
                                     : check_file(context.host, names.front());
  if (!checked) {
    context.err << fmt::format("multipath: {}: no such file\n", printable(names.front()));
    return ExitStatus::not_found;
  }
  const Diagnostics& told = *checked ? (*checked)->warnings() : checked->error();
  for (const Diagnostic& diagnostic : told) context.out << printable(to_string(diagnostic)) << '\n';
  return *checked ? ExitStatus::done : ExitStatus::usage;
}

}  // namespace multipath
