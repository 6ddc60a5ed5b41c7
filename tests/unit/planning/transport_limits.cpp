#include "multipath/planning/transport_limits.h"

#include <doctest/doctest.h>

using namespace multipath;
using Kind = TransportTimeout::Kind;
using Pairs = std::vector<std::pair<std::string, std::string>>;

namespace {

constexpr const char* disk = "devices/x/block/sda";
constexpr const char* port = "class/fc_remote_ports/rport-3:0-1";

const Origin in_file{.kind = Origin::Kind::file, .row = "", .place = {}, .section = "defaults"};

struct Wanted {
  std::optional<TransportTimeout> fast_io_fail = {}, dev_loss = {}, eh_deadline = {};
  std::optional<std::uint32_t> max_sectors_kb = {};
};

TransportTimeout seconds(std::uint32_t number) { return {Kind::seconds, number}; }

DeviceSettings settings_for(const Wanted& wanted) {
  DeviceSettings settings;
  settings.fast_io_fail_tmo = {wanted.fast_io_fail, in_file};
  settings.dev_loss_tmo = {wanted.dev_loss, in_file};
  settings.eh_deadline = {wanted.eh_deadline, in_file};
  settings.max_sectors_kb = {wanted.max_sectors_kb, in_file};
  return settings;
}

TargetNode target(TransportKind kind, std::string folder) {
  TargetNode node;
  node.transport = kind;
  node.folder = std::move(folder);
  return node;
}

TransportLimits limits(const Wanted& wanted, const TargetNode& node,
                       const std::map<std::string, std::string>& attributes,
                       const MapLimits& map = {}) {
  Path path;
  path.address.host = 3;
  return transport_limits(settings_for(wanted), map, path, disk, node, attributes);
}

TransportLimits fibre_channel(const Wanted& wanted, const MapLimits& map = {}) {
  const std::string folder = port;
  return limits(wanted, target(TransportKind::fibre_channel, folder),
                {{folder + "/dev_loss_tmo", "30"}, {folder + "/fast_io_fail_tmo", "off"}}, map);
}

Pairs pairs(const TransportLimits& limits) {
  Pairs result;
  for (const SysfsWrite& write : limits.writes)
    result.emplace_back(write.path.substr(write.path.rfind('/') + 1), write.value);
  return result;
}

}  // namespace

TEST_CASE("without settings nothing is written") {
  const auto result = fibre_channel({});
  CHECK(result.writes.empty());
  CHECK(result.remarks.empty());
}

TEST_CASE("FC gets both times, with the origin of the settings") {
  const auto result = fibre_channel({.fast_io_fail = seconds(5), .dev_loss = seconds(120)});
  CHECK(pairs(result) == Pairs{{"fast_io_fail_tmo", "5"}, {"dev_loss_tmo", "120"}});
  CHECK(result.writes[0].path == std::string(port) + "/fast_io_fail_tmo");
  CHECK(result.writes[0].origin == in_file);
  CHECK(result.remarks.empty());
}

TEST_CASE("an unchanged value is not written") {
  const std::string folder = port;
  const auto result =
      limits({.fast_io_fail = seconds(5), .dev_loss = seconds(30)},
             target(TransportKind::fibre_channel, folder),
             {{folder + "/dev_loss_tmo", "30"}, {folder + "/fast_io_fail_tmo", "5"}});
  CHECK(result.writes.empty());
}

TEST_CASE("dev_loss_tmo makes room before fast_io_fail_tmo grows over it") {
  CHECK(pairs(fibre_channel({.fast_io_fail = seconds(60)})) ==
        Pairs{{"dev_loss_tmo", "61"}, {"fast_io_fail_tmo", "60"}});
  CHECK(pairs(fibre_channel({.fast_io_fail = seconds(60), .dev_loss = seconds(300)})) ==
        Pairs{{"dev_loss_tmo", "61"}, {"fast_io_fail_tmo", "60"}, {"dev_loss_tmo", "300"}});
}

TEST_CASE("infinity is the largest number for dev_loss_tmo, off is a word") {
  const MapLimits queues{.no_path_retry = NoPathRetry{NoPathRetry::Kind::queue, 0}};
  CHECK(pairs(fibre_channel({.dev_loss = TransportTimeout{Kind::infinity, 0}}, queues)) ==
        Pairs{{"dev_loss_tmo", "4294967295"}});
  const std::string folder = port;
  CHECK(pairs(limits({.fast_io_fail = TransportTimeout{Kind::off, 0}},
                     target(TransportKind::fibre_channel, folder),
                     {{folder + "/fast_io_fail_tmo", "5"}})) == Pairs{{"fast_io_fail_tmo", "off"}});
}

TEST_CASE("dev_loss_tmo is cut to 600 s without fast_io_fail_tmo") {
  const auto result = fibre_channel({.dev_loss = seconds(1000)});
  CHECK(pairs(result) == Pairs{{"dev_loss_tmo", "600"}});
  REQUIRE(result.remarks.size() == 1);
  CHECK(pairs(fibre_channel({.fast_io_fail = seconds(5), .dev_loss = seconds(1000)})) ==
        Pairs{{"fast_io_fail_tmo", "5"}, {"dev_loss_tmo", "1000"}});
}

TEST_CASE("dev_loss_tmo is raised to the time that no_path_retry queues") {
  const MapLimits map{.no_path_retry = NoPathRetry{NoPathRetry::Kind::count, 12},
                      .polling_interval = 20};
  const auto result = fibre_channel({.fast_io_fail = seconds(5), .dev_loss = seconds(60)}, map);
  CHECK(pairs(result) == Pairs{{"fast_io_fail_tmo", "5"}, {"dev_loss_tmo", "240"}});
  REQUIRE(result.remarks.size() == 1);
  CHECK(result.remarks[0] == "dev_loss_tmo 60 raised to 240, the time that no_path_retry queues");
  const MapLimits long_one{.no_path_retry = NoPathRetry{NoPathRetry::Kind::count, 4'000'000'000},
                           .polling_interval = 4'000'000'000};
  CHECK(pairs(fibre_channel({.fast_io_fail = seconds(5), .dev_loss = seconds(60)}, long_one))
            .back()
            .second == "4294967295");
}

TEST_CASE("no_path_retry alone does not touch dev_loss_tmo") {
  const MapLimits map{.no_path_retry = NoPathRetry{NoPathRetry::Kind::queue, 0}};
  CHECK(pairs(fibre_channel({.fast_io_fail = seconds(5)}, map)) ==
        Pairs{{"fast_io_fail_tmo", "5"}});
}

TEST_CASE("fast_io_fail_tmo not below dev_loss_tmo is off") {
  const auto result = fibre_channel({.fast_io_fail = seconds(60), .dev_loss = seconds(60)});
  CHECK(pairs(result) == Pairs{{"dev_loss_tmo", "60"}});
  CHECK(result.remarks.size() == 1);
}

TEST_CASE("iSCSI has recovery_tmo, in seconds only, and no dev_loss_tmo") {
  const std::string folder = "class/iscsi_session/session3";
  const auto node = target(TransportKind::iscsi, folder);
  const std::map<std::string, std::string> attributes{{folder + "/recovery_tmo", "120"}};
  const auto result =
      limits({.fast_io_fail = seconds(5), .dev_loss = seconds(60)}, node, attributes);
  CHECK(pairs(result) == Pairs{{"recovery_tmo", "5"}});
  CHECK(result.remarks == std::vector<std::string>{"dev_loss_tmo ignored: not supported by iSCSI"});
  for (const auto& value : {seconds(0), TransportTimeout{Kind::off, 0}}) {
    const auto refused = limits({.fast_io_fail = value}, node, attributes);
    CHECK(refused.writes.empty());
    CHECK(refused.remarks.size() == 1);
  }
}

TEST_CASE("SAS has the nexus loss time") {
  const std::string folder = "class/sas_end_device/end_device-1:2";
  CHECK(pairs(limits({.fast_io_fail = seconds(5), .dev_loss = seconds(60)},
                     target(TransportKind::sas, folder),
                     {{folder + "/I_T_nexus_loss_timeout", "30"}})) ==
        Pairs{{"I_T_nexus_loss_timeout", "60"}});
}

TEST_CASE("another transport has no limits; only explicit settings are reported") {
  CHECK(limits({.fast_io_fail = seconds(5)}, {}, {}).remarks.size() == 1);
  DeviceSettings by_default;
  by_default.fast_io_fail_tmo.value = seconds(5);
  const auto result = transport_limits(by_default, {}, {}, disk, {}, {});
  CHECK(result == TransportLimits{});
}

TEST_CASE("eh_deadline belongs to the host") {
  const std::string file = "class/scsi_host/host3/eh_deadline";
  const auto result = limits({.eh_deadline = seconds(30)}, {}, {{file, "off"}});
  REQUIRE(result.writes.size() == 1);
  CHECK(result.writes[0] == SysfsWrite{file, "30", in_file});
  CHECK(pairs(limits({.eh_deadline = TransportTimeout{Kind::off, 0}}, {}, {{file, "30"}})) ==
        Pairs{{"eh_deadline", "off"}});
  CHECK(limits({.eh_deadline = seconds(30)}, {}, {}).remarks.size() == 1);
}

TEST_CASE("max_sectors_kb belongs to the disk, and an existing map decides") {
  const std::string file = std::string(disk) + "/queue/max_sectors_kb";
  CHECK(limits({.max_sectors_kb = 4096}, {}, {{file, "1280"}}).writes ==
        std::vector{SysfsWrite{file, "4096", in_file}});
  const auto result = limits({.max_sectors_kb = 4096}, {}, {{file, "1280"}},
                             {.no_path_retry = {}, .polling_interval = 5, .max_sectors_kb = 512});
  CHECK(pairs(result) == Pairs{{"max_sectors_kb", "512"}});
  CHECK(result.remarks.size() == 1);
  CHECK(limits({}, {}, {{file, "1280"}},
               {.no_path_retry = {}, .polling_interval = 5, .max_sectors_kb = 512})
            .writes.empty());
}

TEST_CASE("an invalid dev_loss_tmo in sysfs is harmless") {
  const std::string folder = port;
  for (const char* text : {"", "x", "99999999999999", "-1"}) {
    CHECK(
        pairs(limits({.fast_io_fail = seconds(60)}, target(TransportKind::fibre_channel, folder),
                     {{folder + "/dev_loss_tmo", text}, {folder + "/fast_io_fail_tmo", "off"}})) ==
        Pairs{{"fast_io_fail_tmo", "60"}});
  }
}
