#pragma once

#include <span>
#include <string>

#include "multipath/config/configuration.h"
#include "multipath/model/finding.h"
#include "multipath/view/config_text.h"

namespace multipath {

/// {"schema_version", "config": {"defaults": [SETTING...], "blacklist": [RULE...],
/// "blacklist_exceptions": [RULE...], "devices": [[SETTING...]...], "overrides": [SETTING...],
/// "protocols": [[SETTING...]...], "multipaths": [[SETTING...]...]}, "findings"}; SETTING is
/// {"keyword", "value", "origin"}, RULE {"kind", "rule", "origin"}. Applies only `view`.hardware.
std::string json_of_config(const Configuration& configuration, const ConfigurationView& view,
                           std::span<const Finding> findings);

}  // namespace multipath
