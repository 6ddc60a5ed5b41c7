#include "multipath/command/configuration.h"

#include <ostream>

#include "multipath/command/configuration_use.h"
#include "multipath/command/report.h"
#include "multipath/model/printable.h"
#include "multipath/run/load_configuration.h"

namespace multipath {

std::optional<Configuration> load_configuration_or_tell(Context& context, std::string_view command,
                                                        int verbosity, LastGoodAsked last_good) {
  constexpr int verbose = 3;
  const bool may_keep = context.keeps_configuration && context.is_root;
  LoadedConfiguration loaded = load_configuration(
      context.host, last_good == LastGoodAsked::yes ? WithErrors::last_good : with_errors(command),
      may_keep ? KeepCopy::yes : KeepCopy::no);
  for (const Diagnostic& diagnostic : loaded.diagnostics) {
    if (verbosity < verbose && diagnostic.severity != Diagnostic::Severity::error) continue;
    context.err << printable(to_string(diagnostic)) << '\n';
  }
  if (loaded.has_errors()) context.err << "multipath: " << printable(loaded.notice) << '\n';
  return std::move(loaded.configuration);
}

}  // namespace multipath
