#include "multipath/run/change_event.h"

#include <ostream>
#include <system_error>

#include <fmt/format.h>

#include "multipath/view/text.h"

namespace multipath {

void send_change_event(Context& context, DeviceNumber number, const std::string& name,
                       std::string_view missed) {
  if (context.host.sys_writer == nullptr) return;
  try {
    context.host.sys_writer->write("dev/block/" + to_string(number) + "/uevent", "change");
  } catch (const std::system_error& error) {
    context.err << fmt::format("multipath: {}: {}: {}\n", printable(name), missed,
                               printable(error.what()));
  }
}

}  // namespace multipath
