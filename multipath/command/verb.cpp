#include "multipath/command/verb.h"

#include <optional>
#include <ostream>
#include <system_error>

#include <fmt/format.h>

#include "multipath/command/options.h"
#include "multipath/command/suggestion.h"
#include "multipath/view/text.h"

namespace multipath {
namespace {

void fail(Context& context, const VerbRow& verb, std::string_view what) {
  context.err << fmt::format("multipath {}: {}\n", verb.name, printable(what));
}

std::string help_of(const VerbRow& verb, const Options& options) {
  return fmt::format("usage: multipath {} [OPTION...] {}\n\n{}\n\noptions:\n{}", verb.name,
                     verb.arguments, verb.purpose, options.help());
}

void check_count(const VerbRow& verb, const std::vector<std::string>& words) {
  if (words.size() < verb.count.least)
    throw UsageError(fmt::format("missing argument; expected {}", verb.arguments));
  if (words.size() > verb.count.most)
    throw UsageError(fmt::format("too many arguments; expected {}", verb.arguments));
}

/// Nothing when all is there. Throws what the device-mapper throws.
std::optional<ExitStatus> unmet(Context& context, const VerbRow& verb, const Requirements& needs) {
  if (needs.live_host && context.on_paper) {
    fail(context, verb, "requires a live host; this is a capture");
    return ExitStatus::usage;
  }
  if (needs.root && !context.is_root) {
    fail(context, verb, "requires root privilege");
    return ExitStatus::no_privilege;
  }
  if (needs.device_mapper) context.host.device_mapper.driver_version();
  return std::nullopt;
}

ExitStatus run(Context& context, const VerbRow& verb, const std::vector<std::string>& words) {
  const auto command = verb.make();
  Options options;
  bool help = false;
  options.flag("help,h", help, "print this help");
  command->declare(options);
  options.arguments(command->words());
  options.parse(words);
  if (help) {
    context.out << help_of(verb, options);
    return ExitStatus::done;
  }
  check_count(verb, command->words());
  command->check();
  if (const auto status = unmet(context, verb, verb.requirements | command->requirements()))
    return *status;
  return command->run(context);
}

ExitStatus status_of(const Context& context, const std::system_error& error) {
  if (const auto* driver = dynamic_cast<const dm::DriverError*>(&error))
    return driver->lacks_privilege() ? ExitStatus::no_privilege : ExitStatus::no_device_mapper;
  const auto code = error.code();
  const bool denied =
      code == std::errc::permission_denied || code == std::errc::operation_not_permitted;
  if (denied && !context.is_root) return ExitStatus::no_privilege;
  return code == std::errc::device_or_resource_busy ? ExitStatus::busy
                                                    : ExitStatus::partial_failure;
}

}  // namespace

ExitStatus run_verb(Context& context, const VerbRow& verb, const std::vector<std::string>& words) {
  try {
    return run(context, verb, words);
  } catch (const UsageError& error) {
    std::vector<std::string> typed{verb.name};
    typed.insert(typed.end(), words.begin(), words.end());
    const std::string hint = suggestion_for(typed);
    fail(context, verb,
         error.what() +
             (hint.empty() ? fmt::format("; see `multipath {} --help`", verb.name) : hint));
    return ExitStatus::usage;
  } catch (const std::system_error& error) {
    const ExitStatus status = status_of(context, error);
    fail(context, verb,
         fmt::format("{}{}", error.what(),
                     status == ExitStatus::no_privilege       ? "; run the command as root"
                     : status == ExitStatus::no_device_mapper ? "; run `modprobe dm-multipath`"
                                                              : ""));
    return status;
  }
}

}  // namespace multipath
