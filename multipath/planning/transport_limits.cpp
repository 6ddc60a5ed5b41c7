#include "multipath/planning/transport_limits.h"

#include <algorithm>
#include <limits>

#include <fmt/format.h>

#include "multipath/model/number_text.h"
#include "multipath/model/saturation.h"

namespace multipath {
namespace {

using Attributes = std::map<std::string, std::string>;
using Kind = TransportTimeout::Kind;

/// The largest dev_loss_tmo of FC: forever.
constexpr std::uint32_t forever = std::numeric_limits<std::uint32_t>::max();
/// The largest dev_loss_tmo of FC without fast_io_fail_tmo: SCSI_DEVICE_BLOCK_MAX_TIMEOUT, in
/// seconds.
constexpr std::uint32_t limit_without_fast_fail = 600;

/// Collects writes to existing files, in order.
class Writes {
 public:
  Writes(const Attributes& attributes, TransportLimits& result)
      : now_(attributes), result_(result) {}

  bool has(const std::string& path) const { return now_.contains(path); }

  void write(const std::string& path, std::string value, const Origin& origin) {
    const auto found = now_.find(path);
    if (found == now_.end() || found->second == value) return;
    found->second = value;
    result_.writes.push_back({path, std::move(value), origin});
  }

  std::optional<std::uint32_t> number(const std::string& path) const {
    const auto found = now_.find(path);
    if (found == now_.end()) return std::nullopt;
    return parse_number<std::uint32_t>(found->second);
  }

  void remark(std::string text) { result_.remarks.push_back(std::move(text)); }

 private:
  Attributes now_;
  TransportLimits& result_;
};

/// The two timeouts of a target, adjusted for no_path_retry.
struct Timeouts {
  std::optional<TransportTimeout> fast_io_fail;
  std::optional<std::uint32_t> dev_loss;
};

std::uint32_t seconds_of(const TransportTimeout& timeout) {
  return timeout.kind == Kind::infinity ? forever : timeout.seconds;
}

/// The time in seconds for which a map without a usable path queues I/O.
std::uint32_t queueing_time(const MapLimits& map) {
  if (!map.no_path_retry || map.no_path_retry->kind == NoPathRetry::Kind::fail) return 0;
  if (map.no_path_retry->kind == NoPathRetry::Kind::queue) return forever;
  const std::uint64_t time = std::uint64_t{map.no_path_retry->checks} * map.polling_interval;
  return static_cast<std::uint32_t>(std::min<std::uint64_t>(time, forever));
}

Timeouts timeouts_of(const DeviceSettings& settings, const MapLimits& map, Writes& writes) {
  Timeouts result;
  result.fast_io_fail = settings.fast_io_fail_tmo.value;
  if (const auto& dev_loss = settings.dev_loss_tmo.value) {
    result.dev_loss = seconds_of(*dev_loss);
    const std::uint32_t least = queueing_time(map);
    if (*result.dev_loss < least) {
      writes.remark(fmt::format("dev_loss_tmo {} raised to {}, the time that no_path_retry queues",
                                *result.dev_loss, least));
      result.dev_loss = least;
    }
  }
  const bool fails_too_late =
      result.dev_loss && result.fast_io_fail && result.fast_io_fail->kind == Kind::seconds &&
      result.fast_io_fail->seconds > 0 && result.fast_io_fail->seconds >= *result.dev_loss;
  if (fails_too_late) {
    writes.remark(fmt::format("fast_io_fail_tmo {} switched off: not below dev_loss_tmo {}",
                              result.fast_io_fail->seconds, *result.dev_loss));
    result.fast_io_fail = TransportTimeout{Kind::off, 0};
  }
  return result;
}

void limit_fibre_channel(const DeviceSettings& settings, const MapLimits& map,
                         const TargetNode& target, Timeouts timeouts, Writes& writes) {
  const std::string dev_loss = target.folder + "/dev_loss_tmo";
  const std::string fast_io_fail = target.folder + "/fast_io_fail_tmo";
  const bool fails_fast = timeouts.fast_io_fail && timeouts.fast_io_fail->kind == Kind::seconds &&
                          timeouts.fast_io_fail->seconds > 0;
  if (fails_fast) {
    const auto now = writes.number(dev_loss);
    if (now && timeouts.fast_io_fail->seconds >= *now) {
      // Raise the limit between the two writes; the desired value follows.
      writes.write(dev_loss, std::to_string(saturating_add(timeouts.fast_io_fail->seconds, 1U)),
                   settings.fast_io_fail_tmo.origin);
    }
  } else if (timeouts.dev_loss > limit_without_fast_fail && queueing_time(map) != forever) {
    writes.remark(fmt::format("dev_loss_tmo {} reduced to {}: fast_io_fail_tmo is not set",
                              *timeouts.dev_loss, limit_without_fast_fail));
    timeouts.dev_loss = limit_without_fast_fail;
  }
  if (timeouts.fast_io_fail)
    writes.write(fast_io_fail, to_string(*timeouts.fast_io_fail), settings.fast_io_fail_tmo.origin);
  if (timeouts.dev_loss)
    writes.write(dev_loss, std::to_string(*timeouts.dev_loss), settings.dev_loss_tmo.origin);
}

void limit_iscsi(const DeviceSettings& settings, const TargetNode& target, const Timeouts& timeouts,
                 Writes& writes) {
  if (settings.dev_loss_tmo.value) writes.remark("dev_loss_tmo ignored: not supported by iSCSI");
  if (!timeouts.fast_io_fail) return;
  if (timeouts.fast_io_fail->kind != Kind::seconds || timeouts.fast_io_fail->seconds == 0) {
    writes.remark(fmt::format("fast_io_fail_tmo ignored: recovery_tmo of iSCSI cannot be {}",
                              to_string(*timeouts.fast_io_fail)));
    return;
  }
  writes.write(target.folder + "/recovery_tmo", to_string(*timeouts.fast_io_fail),
               settings.fast_io_fail_tmo.origin);
}

void limit_sas(const DeviceSettings& settings, const TargetNode& target, const Timeouts& timeouts,
               Writes& writes) {
  if (!timeouts.dev_loss) return;
  writes.write(target.folder + "/I_T_nexus_loss_timeout", std::to_string(*timeouts.dev_loss),
               settings.dev_loss_tmo.origin);
}

/// Is the timeout set in the configuration or the hardware table?
template <class Value>
bool is_configured(const Setting<std::optional<Value>>& setting) {
  return setting.value && setting.origin.kind != Origin::Kind::built_in;
}

void limit_target(const DeviceSettings& settings, const MapLimits& map, const TargetNode& target,
                  Writes& writes) {
  if (!settings.fast_io_fail_tmo.value && !settings.dev_loss_tmo.value) return;
  switch (target.transport) {
    case TransportKind::fibre_channel:
      return limit_fibre_channel(settings, map, target, timeouts_of(settings, map, writes), writes);
    case TransportKind::iscsi:
      return limit_iscsi(settings, target, timeouts_of(settings, map, writes), writes);
    case TransportKind::sas:
      return limit_sas(settings, target, timeouts_of(settings, map, writes), writes);
    case TransportKind::other:
      break;
  }
  if (is_configured(settings.fast_io_fail_tmo) || is_configured(settings.dev_loss_tmo))
    writes.remark(
        "fast_io_fail_tmo and dev_loss_tmo ignored: not supported by the path's transport");
}

}  // namespace

TransportLimits transport_limits(const DeviceSettings& settings, const MapLimits& map,
                                 const Path& path, std::string_view disk_folder,
                                 const TargetNode& target, const Attributes& attributes) {
  TransportLimits result;
  Writes writes(attributes, result);
  const auto sectors = map.max_sectors_kb ? map.max_sectors_kb : settings.max_sectors_kb.value;
  if (settings.max_sectors_kb.value && sectors) {
    if (*sectors != *settings.max_sectors_kb.value) {
      writes.remark(fmt::format("max_sectors_kb {} ignored: paths get the map's value {}",
                                *settings.max_sectors_kb.value, *sectors));
    }
    writes.write(fmt::format("{}/queue/max_sectors_kb", disk_folder), std::to_string(*sectors),
                 settings.max_sectors_kb.origin);
  }
  if (const auto& deadline = settings.eh_deadline.value) {
    const std::string file = fmt::format("class/scsi_host/host{}/eh_deadline", path.address.host);
    if (!writes.has(file))
      writes.remark("eh_deadline ignored: not supported by the host adapter's driver");
    writes.write(file, to_string(*deadline), settings.eh_deadline.origin);
  }
  limit_target(settings, map, target, writes);
  return result;
}

}  // namespace multipath
