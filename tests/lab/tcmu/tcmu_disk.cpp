// tcmu_disk DIRECTORY: answers the SCSI commands of target_core_user devices from files
// (tests/lab/tcmu/README). Each entry of DIRECTORY is named for the device (uio0, uio1...) and is,
// or links to, the directory that describes the disk. Entries may come and go while the program
// runs.

#include <sys/inotify.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <list>
#include <map>
#include <memory>
#include <system_error>
#include <vector>

#include <poll.h>
#include <unistd.h>

#include "tests/lab/tcmu/disk.h"
#include "tests/lab/tcmu/ring.h"

namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;
using tcmu::Action;
using tcmu::Command;
using tcmu::Verb;

// One device: its ring, its disk, and the commands that wait: for their time, or for the end of a
// silence.
class Device {
 public:
  Device(const std::string& uio, const fs::path& description)
      : ring_(uio), disk_(description), journal_(description / "journal") {}

  int descriptor() const { return ring_.descriptor(); }
  bool has_waiting() const { return !waiting_.empty(); }

  // False when the device is gone.
  bool serve() {
    if (!ring_.acknowledge()) return false;
    while (const auto command = ring_.take()) {
      note(*command);
      const Action action = disk_.follow(*command);
      if (action.verb == Verb::hang) {
        waiting_.push_back({*command, std::nullopt});
      } else if (action.verb == Verb::slow) {
        waiting_.push_back({*command, Clock::now() + std::chrono::milliseconds(action.number)});
      } else {
        ring_.complete(*command, disk_.answer(*command, action));
      }
    }
    return true;
  }

  void serve_waiting() {
    waiting_.remove_if([this](const Waiting& waiting) {
      const Action action = disk_.look(waiting.command);
      if (waiting.due ? Clock::now() < *waiting.due : action.verb == Verb::hang) return false;
      ring_.complete(waiting.command,
                     disk_.answer(waiting.command, waiting.due ? Action{} : action));
      return true;
    });
  }

 private:
  struct Waiting {
    Command command;
    std::optional<Clock::time_point> due;
  };

  // A file `journal` in the description gets each command's bytes, one command a line.
  void note(const Command& command) const {
    if (!fs::exists(journal_)) return;
    std::ofstream journal(journal_, std::ios::app);
    for (const unsigned byte : command.cdb) {
      static constexpr char digits[] = "0123456789abcdef";
      journal << digits[byte >> 4] << digits[byte & 15] << ' ';
    }
    journal << '\n';
  }

  tcmu::Ring ring_;
  tcmu::Disk disk_;
  fs::path journal_;
  std::list<Waiting> waiting_;
};

class Server {
 public:
  explicit Server(fs::path directory)
      : directory_(std::move(directory)), watch_(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK)) {
    if (watch_ < 0 ||
        ::inotify_add_watch(watch_, directory_.c_str(),
                            IN_CREATE | IN_DELETE | IN_MOVED_TO | IN_MOVED_FROM) < 0) {
      throw std::system_error(errno, std::generic_category(), "watch " + directory_.string());
    }
  }

  [[noreturn]] void run() {
    refresh();
    for (;;) {
      std::vector<pollfd> polled{{watch_, POLLIN, 0}};
      bool waiting = false;
      for (const auto& [name, device] : devices_) {
        polled.push_back({device->descriptor(), POLLIN, 0});
        waiting = waiting || device->has_waiting();
      }
      ::poll(polled.data(), polled.size(), waiting ? 20 : -1);
      std::size_t i = 1;
      for (auto device = devices_.begin(); device != devices_.end(); ++i) {
        const bool gone = polled[i].revents != 0 && !device->second->serve();
        if (!gone && device->second->has_waiting()) device->second->serve_waiting();
        device = gone ? devices_.erase(device) : std::next(device);
      }
      if (polled[0].revents != 0) refresh();
    }
  }

 private:
  void refresh() {
    char events[4096];
    while (::read(watch_, events, sizeof events) > 0) {
    }
    std::erase_if(devices_,
                  [&](const auto& device) { return !fs::exists(directory_ / device.first); });
    for (const fs::directory_entry& entry : fs::directory_iterator(directory_)) {
      const std::string uio = entry.path().filename();
      if (devices_.contains(uio)) continue;
      try {
        devices_.emplace(uio, std::make_unique<Device>(uio, fs::canonical(entry.path())));
        // What the kernel asked before the device was opened raised no interrupt here.
        devices_.at(uio)->serve();
      } catch (const std::system_error& error) {
        std::cerr << "tcmu_disk: " << uio << ": " << error.what() << std::endl;
      }
    }
  }

  fs::path directory_;
  int watch_;
  std::map<std::string, std::unique_ptr<Device>> devices_;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: tcmu_disk DIRECTORY\n";
    return 2;
  }
  try {
    Server(argv[1]).run();
  } catch (const std::exception& error) {
    std::cerr << "tcmu_disk: " << error.what() << '\n';
    return 1;
  }
}
