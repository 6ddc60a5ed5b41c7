#include "multipath/capture/scrub.h"

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "multipath/capture/escape.h"
#include "multipath/capture/facts.h"

using namespace multipath;

namespace {

/// A host with every kind of identifier, each in the files where a capture has it.
Capture revealing_capture() {
  Capture capture;
  auto& files = capture.files;
  files["sys.txt"] =
      "class/block / dm-0 dm-1 sda sdb\n"
      "class/block/sda :\n size = 2048\n dev = 8:0\n"
      "devices/host1/fc_host/host1 :\n port_name = 0x50014380deadbee1\n node_name = "
      "0x50014380deadbee2\n"
      "devices/host1/sda/device :\n wwid = naa.6001405deadbeef00112233445566778\n serial = "
      "SECRETSER01\n"
      " vpd_pg80 =| \\x00\\x80\\x00\\x0cPAGE80SER123\n"
      " vpd_pg83 =| "
      "\\x00\\x83\\x00\\x14\\x01\\x03\\x00\\x10\\x60\\x01\\x40\\x5a\\xbc\\xde\\xf0\\x11\\x22\\x33\\"
      "x44\\x55\\x66\\x77\\x88\\x99\n"
      "class/block/dm-0/dm :\n name = payroll\n uuid = mpath-36001405abcdef0112233445566778899\n"
      "class/block/dm-1/dm :\n name = vgsecret-lvsalary\n"
      " uuid = LVM-AbCdEfGhIjKlMnOpQrStUvWxYz012345Z9y8x7w6v5u4t3s2r1q0p9o8n7m6l5k4\n"
      "class/iscsi_session/session1 :\n targetname = iqn.2001-05.com.example:vault\n address = "
      "192.168.77.4\n"
      "class/nvme/nvme0 :\n subsysnqn = "
      "nqn.2014-08.org.nvmexpress:uuid:0badcafe-1111-2222-3333-444455556666\n";
  files["proc.txt"] =
      ". / 1 77 self\n"
      "1/comm = systemd\n77/comm = bookkeeperd\n"
      "77/cgroup = 0::/system.slice/ledger-acme.service\n"
      "77/exe -> /opt/acmesoft/bin/bookkeeperd\n77/cwd -> /home/alice/project\n77/fd/3 -> "
      "/mnt/vaultroom/plans.odt\n"
      "self/mountinfo {\n"
      "\t20 1 253:0 / /mnt/vaultroom rw,relatime shared:1 - ext4 /dev/mapper/payroll "
      "rw,errors=remount-ro\n"
      "\t21 1 0:50 / /mnt/tradeshow rw - cifs //fileserver/books "
      "rw,username=bob,domain=ACMECORP,addr=10.9.8.7\n"
      "}\n"
      "swaps {\n\tFilename Type Size Used Priority\n\t/var/swapacme/file1 file 8 0 -2\n}\n";
  files["udev.txt"] =
      "8:0/properties "
      "{\n\tID_SERIAL=36001405abcdef0112233445566778899\n\tID_SERIAL_SHORT="
      "6001405abcdef0112233445566778899\n"
      "\tID_WWN=0x6001405abcdef011\n\tID_FS_LABEL=quarterly\n\tID_FS_UUID=AB12-CD34\n"
      "\tID_PART_ENTRY_UUID=9f1c7e52-0001-4aaa-8bbb-1234567890ab\n\tID_PART_ENTRY_NAME=merger\n"
      "\tMD_UUID=0a1b2c3d:4e5f6071:8293a4b5:c6d7e8f9\n\tMD_NAME=buildbox:arrayx\n"
      "\tID_PATH=pci-0000:00:05.0-fc-0x50014380deadbee1-lun-0\n}\n"
      "253:0/properties {\n\tDM_NAME=payroll\n"
      "\tDM_UUID=mpath-36001405abcdef0112233445566778899\n}\n"
      "8:0/links / disk/by-label/quarterly disk/by-partlabel/merger "
      "disk/by-path/fc-50014380deadbee1\n";
  files["dev.txt"] =
      "disk/by-label / quarterly\ndisk/by-partlabel / merger\nmapper / control payroll "
      "vgsecret-lvsalary\n";
  files["devices.txt"] = "node/dev/mapper/payroll = 253:0\nfile-system/mnt/vaultroom = 253:0\n";
  files["dm.txt"] =
      "driver = 4.47.0\nmap / payroll vgsecret-lvsalary cryptomoney mpatha\n"
      "map/payroll/uuid = mpath-36001405abcdef0112233445566778899\n"
      "map/vgsecret-lvsalary/uuid = "
      "LVM-AbCdEfGhIjKlMnOpQrStUvWxYz012345Z9y8x7w6v5u4t3s2r1q0p9o8n7m6l5k4\n"
      "map/cryptomoney/uuid = CRYPT-LUKS2-00112233445566778899aabbccddeeff-cryptomoney\n"
      "map/mpatha/uuid = mpath-36001405abcdef0112233445566770000\n";
  files["tools.txt"] =
      "/sbin/lvm\\x20vgs\\x20vgsecret\\x20:\\x20output = vgsecret "
      "AbCdEf-GhIj-KlMn-OpQr-StUv-WxYz-012345\n";
  files["scsi.txt"] = "sda 12 01 83 00 fc 00 = good data sda-vpd-83.hex\n";
  files["scsi/sda-vpd-83.hex"] =
      "# sda vpd-83\n00 83 00 14 01 03 00 10 60 01 40 5a bc de f0 11\n22 33 44 55 66 77 88 99\n";
  files["etc/multipath.conf"] =
      "# owned by Acme Corporation, ask Alice\ndefaults {\n user_friendly_names yes # see ticket "
      "4711\n"
      " reservation_key 0xfeedface\n}\nmultipaths {\n multipath {\n  wwid "
      "36001405abcdef0112233445566778899\n"
      "  alias payroll\n }\n}\n";
  files["etc/multipath/bindings"] =
      "# written by Alice\npayroll 36001405abcdef0112233445566778899\n";
  files["etc/multipath/wwids"] = "# Alice again\n/36001405abcdef0112233445566778899/\n";
  files["etc/multipath/prkeys"] = "0xfeedface 36001405abcdef0112233445566778899\n";
  files["capture"] = "host storage7.example\n";
  return capture;
}

const std::vector<std::string> identifying{
    "50014380deadbee1",
    "50014380deadbee2",
    "deadbeef00112233445566778",
    "SECRETSER01",
    "PAGE80SER123",
    "payroll",
    "vgsecret",
    "lvsalary",
    "abcdef0112233445566778899",
    "AbCdEfGhIjKl",
    "Z9y8x7w6v5u4",
    "AbCdEf-GhIj",
    "vault",
    "192.168.77.4",
    "0badcafe",
    "bookkeeperd",
    "ledger",
    "acme",
    "alice",
    "project",
    "vaultroom",
    "plans",
    "tradeshow",
    "fileserver",
    "books",
    "bob",
    "ACMECORP",
    "10.9.8.7",
    "swapacme",
    "quarterly",
    "AB12-CD34",
    "9f1c7e52",
    "merger",
    "0a1b2c3d",
    "buildbox",
    "arrayx",
    "cryptomoney",
    "00112233445566778899aabbccddeeff",
    "Acme",
    "Alice",
    "4711",
    "feedface",
    "storage7",
    "bc de f0 11",
    "\\xbc\\xde\\xf0",
};

}  // namespace

TEST_CASE("a scrubbed capture contains nothing that identifies the host") {
  const Capture capture = revealing_capture();
  std::string all;
  for (const auto& [file, text] : capture.files) all += file + "\n" + text;
  for (const std::string& word : identifying) CHECK_MESSAGE(all.find(word) != all.npos, word);
  for (const std::uint64_t salt : {1U, 42U, 977U}) {
    for (const auto& [file, text] : scrub(capture, salt, {"storage7.example"}).files) {
      CAPTURE(file);
      for (const std::string& word : identifying) CHECK_MESSAGE(text.find(word) == text.npos, word);
    }
  }
}

TEST_CASE("a scrubbed capture keeps the facts and uses one name throughout") {
  const Capture capture = revealing_capture();
  const Capture scrubbed = scrub(capture, 42, {"storage7.example"});
  for (const std::string file :
       {"sys.txt", "proc.txt", "udev.txt", "dev.txt", "devices.txt", "dm.txt", "tools.txt"}) {
    CAPTURE(file);
    const auto before = Facts::parse(capture.files.at(file));
    const auto after = Facts::parse(scrubbed.files.at(file));
    REQUIRE(before);
    REQUIRE(after);
    CHECK(before->files().size() == after->files().size());
  }
  const auto sys = Facts::parse(scrubbed.files.at("sys.txt"));
  const auto dm = Facts::parse(scrubbed.files.at("dm.txt"));
  const std::string name = sys->read("class/block/dm-0/dm/name")->value();
  const std::string map = name.substr(0, name.size() - 1);
  CHECK(dm->read("map/" + map + "/uuid") == sys->read("class/block/dm-0/dm/uuid"));
  CHECK(dm->read("map/" + map + "/uuid")->value().starts_with("mpath-36001405a"));
  CHECK(sys->read("class/block/sda/size") == std::optional<std::string>("2048\n"));
  CHECK(scrubbed.files.at("etc/multipath.conf").find("alias " + map) != std::string::npos);
  CHECK(scrubbed.files.at("etc/multipath/bindings").find(map + " 3") != std::string::npos);
  CHECK(scrubbed.files.at("proc.txt").find("/dev/mapper/" + map + " ") != std::string::npos);
  CHECK(scrubbed.files.at("dm.txt").find("map/mpatha/uuid") != std::string::npos);
  CHECK(scrubbed.files.at("proc.txt").find("1/comm = systemd") != std::string::npos);
  const auto& keys = scrubbed.files.at("etc/multipath/prkeys");
  CHECK(scrubbed.files.at("etc/multipath.conf").find(keys.substr(0, keys.find(' '))) !=
        std::string::npos);
}
