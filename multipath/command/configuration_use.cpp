#include "multipath/command/configuration_use.h"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <string>

namespace multipath {
namespace {

using enum WithErrors;

// Only what an administrator starts by hand and what changes maps by the configuration stops: jobs of the boot and of events must
// go on, and whoever looks for a mistake must see the host.
constexpr std::array table{
    ConfigurationUse{"multipath", stop},      ConfigurationUse{"-r", stop},
    ConfigurationUse{"apply", stop},          ConfigurationUse{"rename", stop},
    ConfigurationUse{"resize", stop},         ConfigurationUse{"-d", last_good},
    ConfigurationUse{"-l", last_good},        ConfigurationUse{"-ll", last_good},
    ConfigurationUse{"-f", last_good},        ConfigurationUse{"-F", last_good},
    ConfigurationUse{"-t", last_good},        ConfigurationUse{"-T", last_good},
    ConfigurationUse{"-a", last_good},        ConfigurationUse{"-w", last_good},
    ConfigurationUse{"-W", last_good},        ConfigurationUse{"-c", last_good},
    ConfigurationUse{"-u", last_good},        ConfigurationUse{"-C", last_good},
    ConfigurationUse{"-U", last_good},        ConfigurationUse{"show", last_good},
    ConfigurationUse{"plan", last_good},      ConfigurationUse{"explain", last_good},
    ConfigurationUse{"flush", last_good},     ConfigurationUse{"partitions", last_good},
    ConfigurationUse{"restore", last_good},   ConfigurationUse{"event", last_good},
    ConfigurationUse{"capture", last_good},   ConfigurationUse{"diff", last_good},
    ConfigurationUse{"switchgroup", unread},  ConfigurationUse{"fail", unread},
    ConfigurationUse{"reinstate", unread},    ConfigurationUse{"queue", unread},
    ConfigurationUse{"holders", unread},      ConfigurationUse{"clear-holders", unread},
    ConfigurationUse{"udev-map", last_good},  ConfigurationUse{"forget-pvs", unread},
    ConfigurationUse{"check-config", unread},
};

}  // namespace

std::span<const ConfigurationUse> configuration_uses() { return table; }

WithErrors with_errors(std::string_view command) {
  const auto* found = std::ranges::find(table, command, &ConfigurationUse::command);
  if (found == table.end())
    throw std::logic_error("what " + std::string(command) + " does with errors is not decided");
  return found->with_errors;
}

}  // namespace multipath
