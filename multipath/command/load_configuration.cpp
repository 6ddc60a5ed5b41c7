#include "multipath/command/load_configuration.h"

#include <algorithm>
#include <ostream>
#include <system_error>

#include "multipath/host/configuration_files.h"
#include "multipath/view/text.h"

namespace multipath {

tl::expected<Configuration, Diagnostics> load_configuration(const Host& host) {
  std::vector<ConfigurationText> texts;
  try {
    if (host.state_files != nullptr) {
      for (TextFile& file : read_configuration_files(*host.state_files))
        texts.push_back({std::move(file.name), std::move(file.text)});
    }
  } catch (const std::system_error& error) {
    // A file that can not be read, or not be trusted, may say anything: as bad as one with a mistake.
    Diagnostic diagnostic;
    diagnostic.place = {"/etc/multipath.conf", 1, 1};
    diagnostic.what = error.what();
    return tl::unexpected(Diagnostics{std::move(diagnostic)});
  }
  return Configuration::load(texts);
}

std::optional<Configuration> load_configuration_or_tell(Context& context, int verbosity,
                                                        std::string_view instead) {
  constexpr int told_from = 3;
  auto configuration = load_configuration(context.host);
  if (!configuration) {
    Diagnostics errors = configuration.error();
    if (verbosity < told_from) {
      std::erase_if(errors, [](const Diagnostic& diagnostic) {
        return diagnostic.severity != Diagnostic::Severity::error;
      });
    }
    tell(context, errors);
    context.err << "multipath: the configuration has errors and is not obeyed; " << instead << '\n';
    return std::nullopt;
  }
  if (verbosity >= told_from) tell(context, configuration->warnings());
  return std::move(*configuration);
}

void tell(Context& context, const Diagnostics& diagnostics) {
  for (const Diagnostic& diagnostic : diagnostics)
    context.err << printable(to_string(diagnostic)) << '\n';
}

}  // namespace multipath
