#include "multipath/model/process_unit.h"

#include <string>

#include <doctest/doctest.h>

using namespace multipath;

TEST_CASE("a process's unit is the system's, or a user's own, by its control group") {
  struct Row {
    const char* path;
    const char* text;
    const char* command;
  };
  for (const Row& row : {
           Row{"/system.slice/sshd.service", "sshd.service", "systemctl stop sshd.service"},
           Row{"/system.slice/docker.service/sub/evil.service", "docker.service",
               "systemctl stop docker.service"},
           Row{"/system.slice/system-getty.slice/getty@tty1.service", "getty@tty1.service",
               "systemctl stop getty@tty1.service"},
           Row{"/system.slice/a\\x2db.service", "a\\x2db.service",
               "systemctl stop 'a\\x2db.service'"},
           Row{"/user.slice/user-1000.slice/user@1000.service/app.slice/sshd.service",
               "sshd.service of user 1000", "systemctl --user -M 1000@ stop sshd.service"},
           Row{"/user.slice/user-1000.slice/user@1000.service/app.slice/a.slice/b.scope/c.service",
               "b.scope of user 1000", "systemctl --user -M 1000@ stop b.scope"},
           Row{"/user.slice/user-1000.slice/user@0.service/app.slice/sshd.service", "", ""},
           Row{"/user.slice/user-1000.slice/session-3.scope", "", ""},
           Row{"/user.slice/user-x.slice/user@x.service/a.service", "", ""},
           Row{"/user.slice/user-1000.slice/user@1000.service", "", ""},
           Row{"/machine.slice/sshd.service", "", ""},
           Row{"/../../system.slice/sshd.service", "", ""},
           Row{"/system.slice", "", ""},
           Row{"/system.slice/", "", ""},
           Row{"/system.slice/.service", "", ""},
           Row{"/system.slice/a b.service", "", ""},
           Row{"/system.slice/$(id).service", "", ""},
           Row{"/system.slice/a.service (deleted)", "", ""},
           Row{"/init.scope", "", ""},
           Row{"/", "", ""},
           Row{"", "", ""},
           Row{"system.slice/sshd.service", "", ""},
       }) {
    const ProcessUnit unit = unit_of_control_group(row.path);
    CHECK_MESSAGE(to_string(unit) == row.text, row.path);
    CHECK_MESSAGE(stop_command(unit).value_or("") == row.command, row.path);
    CHECK_MESSAGE((unit.manager != ProcessUnit::Manager::none || unit == ProcessUnit{}), row.path);
  }
}

TEST_CASE("a guest's process is never attributed to a unit of the host") {
  struct Row {
    const char* path;
    const char* text;
    const char* command;
  };
  const std::string id = "3f2a9c5d8e1b3f2a9c5d8e1b3f2a9c5d8e1b3f2a9c5d8e1b3f2a9c5d8e1b3f2a";
  const std::string docker = "/system.slice/docker-" + id + ".scope/system.slice/sshd.service";
  const std::string plain_docker = "/docker/" + id;
  const std::string podman = "/machine.slice/libpod-" + id + ".scope/container";
  const std::string pod =
      "/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-podx.slice/cri-containerd-" +
      id + ".scope";
  const std::string old_pod = "/kubepods/burstable/pod8f3/" + id;
  for (const Row& row : {
           Row{"/machine.slice/machine-qemu\\x2d1\\x2dvm1.scope/libvirt/emulator",
               "virtual machine vm1 (machine-qemu\\x2d1\\x2dvm1.scope)", "virsh shutdown vm1"},
           Row{"/machine.slice/machine-qemu\\x2d12\\x2dweb\\x2da.scope",
               "virtual machine web-a (machine-qemu\\x2d12\\x2dweb\\x2da.scope)",
               "virsh shutdown web-a"},
           Row{"/machine.slice/machine-lxc\\x2d7\\x2dbox.scope/system.slice/a.service",
               "virtual machine box (machine-lxc\\x2d7\\x2dbox.scope)",
               "virsh -c lxc:/// shutdown box"},
           Row{"/machine.slice/systemd-nspawn@build.service/payload/system.slice/a.service",
               "container build (systemd-nspawn@build.service)", "machinectl poweroff build"},
           Row{"/machine.slice/machine-deb.scope", "container deb (machine-deb.scope)",
               "machinectl poweroff deb"},
           Row{"/lxc.payload.101/system.slice/mariadb.service", "container 101 (lxc)",
               "lxc-stop -n 101, with LXD lxc stop 101, with Proxmox VE pct shutdown 101"},
           Row{"/lxc/web/init.scope", "container web (lxc)",
               "lxc-stop -n web, with LXD lxc stop web, with Proxmox VE pct shutdown web"},
           Row{plain_docker.c_str(), "container 3f2a9c5d8e1b (docker)", "docker stop 3f2a9c5d8e1b"},
           Row{old_pod.c_str(), "container 3f2a9c5d8e1b (kubernetes)", "crictl stop 3f2a9c5d8e1b"},
           Row{"/machine.slice/sshd.service", "", ""},
           Row{"/machine.slice/machine-$(id).scope", "", ""},
           Row{"/lxc/-n", "", ""},
           Row{"/lxc.payload.a b", "", ""},
           Row{"/docker/buildx", "", ""},
           Row{"/kubepods/besteffort/podx", "", ""},
       }) {
    const ProcessUnit unit = unit_of_control_group(row.path);
    CHECK_MESSAGE(to_string(unit) == row.text, row.path);
    CHECK_MESSAGE(stop_command(unit).value_or("") == row.command, row.path);
  }
  CHECK(stop_command(unit_of_control_group(docker)) == "docker stop 3f2a9c5d8e1b");
  CHECK(stop_command(unit_of_control_group(podman)) == "podman stop 3f2a9c5d8e1b");
  CHECK(stop_command(unit_of_control_group(pod)) == "crictl stop 3f2a9c5d8e1b");
}
