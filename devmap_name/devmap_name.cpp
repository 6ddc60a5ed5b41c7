// devmap_name: the name of a device-mapper device, for udev rules. See devmap_name(8).

#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <array>
#include <cerrno>
#include <cstdarg>
#include <cstdio>
#include <cstring>
#include <memory>
#include <string>

#include <fcntl.h>
#include <getopt.h>
#include <libdevmapper.h>
#include <unistd.h>

#include "devmap_name/map_name.h"
#include "version.h"

namespace {

using devmap_name::DeviceNumber;

/// devmap_name(8), EXIT STATUS.
enum ExitStatus : int { done = 0, no_such_map = 1, usage_error = 2, no_device_mapper = 3 };

constexpr const char* help_text =
    "Usage: devmap_name [-t TYPE] MAJOR MINOR\n"
    "       devmap_name [-t TYPE] MAJOR:MINOR\n"
    "       devmap_name [-t TYPE] /dev/NODE\n"
    "Prints the name of the device-mapper device with that number.\n"
    "\n"
    "  -t TYPE     only if the map has a target of this type, such as multipath\n"
    "  -h, --help  print this text\n"
    "  --version   print the version\n"
    "\n"
    "Exit status: 0 printed, 1 no such map or no such target, 2 wrong usage,\n"
    "3 device-mapper cannot be queried.\n";

struct DestroyTask {
  void operator()(dm_task* task) const { dm_task_destroy(task); }
};
using Task = std::unique_ptr<dm_task, DestroyTask>;

__attribute__((format(printf, 2, 3))) ExitStatus complain(ExitStatus status, const char* format,
                                                          ...) {
  std::array<char, 1024> text{};
  va_list arguments;
  va_start(arguments, format);
  std::vsnprintf(text.data(), text.size(), format, arguments);
  va_end(arguments);
  std::fprintf(stderr, "devmap_name: %s\n", devmap_name::printable(text.data()).c_str());
  return status;
}

/// udev logs the stderr of helpers: suppress the library's messages, as complain() prints one line.
__attribute__((format(printf, 5, 6))) void keep_silent(int /*level*/, const char* /*file*/,
                                                       int /*line*/, int /*error_or_class*/,
                                                       const char* /*format*/, ...) {}

/// libdevmapper does not report why it cannot reach the driver.
ExitStatus complain_of_driver(int error) {
  const std::string control = std::string(dm_dir()) + "/control";
  if (error == 0) {
    const int descriptor = open(control.c_str(), O_RDWR | O_CLOEXEC);
    error = descriptor < 0 ? errno : EIO;
    if (descriptor >= 0) close(descriptor);
  }
  return complain(no_device_mapper, "cannot open device-mapper through %s: %s", control.c_str(),
                  std::strerror(error));
}

bool has_target(dm_task* task, const std::string& wanted) {
  void* next = nullptr;
  do {
    std::uint64_t start = 0;
    std::uint64_t length = 0;
    char* type = nullptr;
    char* parameters = nullptr;
    next = dm_get_next_target(task, next, &start, &length, &type, &parameters);
    if (type != nullptr && wanted == type) return true;
  } while (next != nullptr);
  return false;
}

/// Queries the driver once. A status query returns the types of the targets without the flush and
/// the secret keys of a table query.
ExitStatus print_name(DeviceNumber number, const std::string& type) {
  dm_log_with_errno_init(keep_silent);
  // Use the kernel's bytes: libdevmapper rejects names that look partly mangled.
  dm_set_name_mangling_mode(DM_STRING_MANGLING_NONE);
  if (number.major == 0) return complain(no_such_map, "no map has the number 0:%u", number.minor);
  const Task task(dm_task_create(type.empty() ? DM_DEVICE_INFO : DM_DEVICE_STATUS));
  if (!task) return complain_of_driver(0);
  if (dm_task_set_major(task.get(), static_cast<int>(number.major)) == 0 ||
      dm_task_set_minor(task.get(), static_cast<int>(number.minor)) == 0 ||
      dm_task_no_flush(task.get()) == 0 || dm_task_no_open_count(task.get()) == 0 ||
      dm_task_run(task.get()) == 0)
    return complain_of_driver(dm_task_get_errno(task.get()));

  dm_info info{};
  if (dm_task_get_info(task.get(), &info) == 0 || info.exists == 0)
    return complain(no_such_map, "no map has the number %u:%u", number.major, number.minor);
  const char* kernel_name = dm_task_get_name(task.get());
  const std::string name = devmap_name::one_word(kernel_name != nullptr ? kernel_name : "");
  if (name.empty())
    return complain(no_such_map, "the map %u:%u has no name", number.major, number.minor);
  if (!type.empty() && !has_target(task.get(), type))
    return complain(no_such_map, "map %s has no target of type %s", name.c_str(),
                    devmap_name::one_word(type).c_str());
  if (std::puts(name.c_str()) < 0 || std::fflush(stdout) != 0)
    return complain(no_device_mapper, "cannot write: %s", std::strerror(errno));
  return done;
}

ExitStatus print_name_of_node(const char* node, const std::string& type) {
  struct stat status{};
  if (stat(node, &status) != 0) return complain(no_such_map, "%s: %s", node, std::strerror(errno));
  if (!S_ISBLK(status.st_mode)) return complain(no_such_map, "%s is not a block device", node);
  return print_name({.major = major(status.st_rdev), .minor = minor(status.st_rdev)}, type);
}

ExitStatus run(int count, char** operands, const std::string& type) {
  const std::string first = count > 0 ? operands[0] : "";
  if (count == 1 && first.find('/') != first.npos) return print_name_of_node(operands[0], type);
  std::optional<DeviceNumber> number;
  if (count == 1) number = devmap_name::parse_number_pair(first);
  if (count == 2) number = devmap_name::parse_numbers(first, operands[1]);
  if (number) return print_name(*number, type);
  if (count == 1 || count == 2)
    return complain(usage_error,
                    "not a device: %s%s%s; expected MAJOR MINOR, MAJOR:MINOR or /dev/NODE",
                    operands[0], count == 2 ? " " : "", count == 2 ? operands[1] : "");
  return complain(usage_error, "expected exactly one device; see devmap_name --help");
}

}  // namespace

int main(int argc, char** argv) {
  constexpr int version_option = 1;
  const std::array<option, 3> long_options{{
      {"help", no_argument, nullptr, 'h'},
      {"version", no_argument, nullptr, version_option},
      {nullptr, 0, nullptr, 0},
  }};
  std::string type;
  opterr = 0;
  for (int choice = 0;
       (choice = getopt_long(argc, argv, ":ht:", long_options.data(), nullptr)) != -1;) {
    switch (choice) {
      case 'h':
        std::fputs(help_text, stdout);
        return done;
      case version_option:
        std::puts("devmap_name " MULTIPATH_VERSION);
        return done;
      case 't':
        type = optarg;
        if (!type.empty()) break;
        return complain(usage_error, "the argument of -t is empty");
      case ':':
        return complain(usage_error, "option %s requires an argument", argv[optind - 1]);
      default:
        return complain(usage_error, "unknown option %s; see devmap_name --help", argv[optind - 1]);
    }
  }
  return run(argc - optind, argv + optind, type);
}
