#include "multipath/host/live/event_host.h"

#include <cerrno>
#include <system_error>

namespace multipath {
namespace {

[[noreturn]] void reject(const std::string& what) {
  throw std::system_error(ENOTSUP, std::generic_category(), "cannot " + what + " in a udev rule");
}

}  // namespace

std::unique_ptr<scsi::LogicalUnit> EventHost::NoTransport::open(std::string_view node) {
  reject("open " + std::string(node));
}

bool EventHost::NoTools::available(const std::string&) const { return false; }

ToolRun EventHost::NoTools::run(const std::vector<std::string>& argv, std::chrono::milliseconds) {
  reject("run " + (argv.empty() ? std::string("nothing") : argv.front()));
}

}  // namespace multipath
