#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "multipath/config/configuration.h"

namespace multipath {

/// The property of udev that names a device's unit, where a file asks for one: defaults' uid_attrs
/// for its kind of node, else uid_attribute. Nothing where no file does, or with "": the device is
/// asked itself. The built-in value ID_SERIAL and the hardware table's are not obeyed: what they
/// mean is what this program asks a device for.
std::optional<Setting<std::string>> udev_property_for(const Configuration& configuration,
                                                      std::string_view kname,
                                                      const Subject& subject);

/// May udev_property_for() give one for some device?
bool names_units_by_udev(const Configuration& configuration);

}  // namespace multipath
