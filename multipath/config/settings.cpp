#include "multipath/config/settings.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <stdexcept>
#include <utility>

#include "multipath/config/resolver.h"

namespace multipath {
namespace {

constexpr std::array find_multipaths_names{
    std::pair{FindMultipaths::off, "off"},       std::pair{FindMultipaths::on, "on"},
    std::pair{FindMultipaths::strict, "strict"}, std::pair{FindMultipaths::greedy, "greedy"},
    std::pair{FindMultipaths::smart, "smart"},
};

constexpr std::array auto_resize_names{
    std::pair{AutoResize::never, "never"},
    std::pair{AutoResize::grow_only, "grow_only"},
    std::pair{AutoResize::grow_shrink, "grow_shrink"},
};

constexpr std::array prioritizer_names{
    std::pair{PrioritizerKind::constant, "const"},
    std::pair{PrioritizerKind::alua, "alua"},
    std::pair{PrioritizerKind::sysfs, "sysfs"},
    std::pair{PrioritizerKind::rdac, "rdac"},
    std::pair{PrioritizerKind::emc, "emc"},
    std::pair{PrioritizerKind::hp_sw, "hp_sw"},
    std::pair{PrioritizerKind::ontap, "ontap"},
    std::pair{PrioritizerKind::hds, "hds"},
    std::pair{PrioritizerKind::weightedpath, "weightedpath"},
    std::pair{PrioritizerKind::path_latency, "path_latency"},
    std::pair{PrioritizerKind::random, "random"},
    std::pair{PrioritizerKind::datacore, "datacore"},
    std::pair{PrioritizerKind::iet, "iet"},
    std::pair{PrioritizerKind::ana, "ana"},
};

constexpr std::array checker_names{
    std::pair{CheckerKind::tur, "tur"},
    std::pair{CheckerKind::readsector0, "readsector0"},
    std::pair{CheckerKind::directio, "directio"},
    std::pair{CheckerKind::rdac, "rdac"},
    std::pair{CheckerKind::emc_clariion, "emc_clariion"},
    std::pair{CheckerKind::hp_sw, "hp_sw"},
    std::pair{CheckerKind::none, "none"},
};

template <class Names, class Value>
std::string name_in(const Names& names, Value value) {
  for (const auto& [candidate, name] : names)
    if (candidate == value) return name;
  return "?";
}

/// Values were checked when the files were read, and the table's by its test.
template <class Names>
auto value_in(const Names& names, std::string_view text) {
  for (const auto& [value, name] : names)
    if (text == name) return value;
  throw std::logic_error("unchecked value " + std::string(text));
}

template <class Number>
Number number_in(std::string_view text, int base = 10) {
  Number number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, base);
  if (error != std::errc{} || end != text.data() + text.size())
    throw std::logic_error("unchecked number " + std::string(text));
  return number;
}

std::vector<std::string> words_in(std::string_view text) {
  std::vector<std::string> words;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    if (end > 0) words.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return words;
}

/// "N word..." without the count.
std::vector<std::string> counted_in(std::string_view text) {
  auto words = words_in(text);
  if (!words.empty()) words.erase(words.begin());
  return words;
}

bool truth_in(std::string_view text) { return text == "yes" || text == "always"; }

std::optional<NoPathRetry> no_path_retry_in(std::string_view text) {
  if (text.empty()) return std::nullopt;
  if (text == "fail") return NoPathRetry{NoPathRetry::Kind::fail, 0};
  if (text == "queue") return NoPathRetry{NoPathRetry::Kind::queue, 0};
  return NoPathRetry{NoPathRetry::Kind::count, number_in<std::uint32_t>(text)};
}

Failback failback_in(std::string_view text) {
  if (text == "manual") return {Failback::Kind::manual, 0};
  if (text == "immediate") return {Failback::Kind::immediate, 0};
  if (text == "followover") return {Failback::Kind::followover, 0};
  return {Failback::Kind::deferred, number_in<std::uint32_t>(text)};
}

std::optional<TransportTimeout> timeout_in(std::string_view text) {
  if (text.empty()) return std::nullopt;
  if (text == "off") return TransportTimeout{TransportTimeout::Kind::off, 0};
  if (text == "infinity") return TransportTimeout{TransportTimeout::Kind::infinity, 0};
  return TransportTimeout{TransportTimeout::Kind::seconds, number_in<std::uint32_t>(text)};
}

template <class Number>
std::optional<Number> optional_number(std::string_view text) {
  return text.empty() ? std::nullopt : std::optional(number_in<Number>(text));
}

std::optional<std::uint32_t> mode_in(std::string_view text) {
  constexpr int octal = 8;
  return text.empty() ? std::nullopt : std::optional(number_in<std::uint32_t>(text, octal));
}

std::optional<std::string> optional_text(std::string_view text) {
  return text.empty() ? std::nullopt : std::optional(std::string(text));
}

PathSelector selector_in(std::string_view text) {
  auto words = words_in(text);
  PathSelector selector{words.front(), {}};
  words.erase(words.begin());
  if (!words.empty()) words.erase(words.begin());
  selector.arguments = std::move(words);
  return selector;
}

std::string text_in(std::string_view text) { return std::string(text); }

template <class Resolver, class Parse>
auto setting(const Resolver& resolver, std::string_view keyword, const Parse& parse) {
  auto found = resolver.find(keyword);
  return Setting<decltype(parse(found.value))>{parse(found.value), std::move(found.origin)};
}

constexpr std::string_view queue_feature = "queue_if_no_path";

/// queue_if_no_path among the features is no_path_retry queue, where nothing else is said.
void take_queueing_from_features(UnitSettings& settings) {
  auto& features = settings.features.value;
  if (std::erase(features, queue_feature) == 0 || settings.no_path_retry.value) return;
  settings.no_path_retry = {NoPathRetry{NoPathRetry::Kind::queue, 0}, settings.features.origin};
}

}  // namespace

Subject hardware_of(const Path& path, const std::string& protocol) {
  return {.vendor = path.vendor,
          .product = path.product,
          .revision = path.revision,
          .protocol = protocol,
          .wwid = ""};
}

Subject subject_of(const Path& path, const std::string& protocol) {
  Subject subject = hardware_of(path, protocol);
  if (path.wwid) subject.wwid = path.wwid->text();
  subject.own_wwid = own_wwid_of(path);
  return subject;
}

std::string to_string(FindMultipaths mode) { return name_in(find_multipaths_names, mode); }
std::string to_string(AutoResize resize) { return name_in(auto_resize_names, resize); }
std::string to_string(PrioritizerKind kind) { return name_in(prioritizer_names, kind); }
std::string to_string(CheckerKind kind) { return name_in(checker_names, kind); }

std::string to_string(const NoPathRetry& retry) {
  if (retry.kind == NoPathRetry::Kind::count) return std::to_string(retry.checks);
  return retry.kind == NoPathRetry::Kind::queue ? "queue" : "fail";
}

std::string to_string(const Failback& failback) {
  switch (failback.kind) {
    case Failback::Kind::manual:
      return "manual";
    case Failback::Kind::immediate:
      return "immediate";
    case Failback::Kind::followover:
      return "followover";
    case Failback::Kind::deferred:
      break;
  }
  return std::to_string(failback.seconds);
}

std::string to_string(const TransportTimeout& timeout) {
  switch (timeout.kind) {
    case TransportTimeout::Kind::off:
      return "off";
    case TransportTimeout::Kind::infinity:
      return "infinity";
    case TransportTimeout::Kind::seconds:
      break;
  }
  return std::to_string(timeout.seconds);
}

Setting<std::string> Configuration::default_value(const Keyword& keyword) const {
  const Resolver resolver(*contents_);
  auto found = resolver.find(keyword.name);
  if (keyword.name == "max_polling_interval" && found.value.empty()) {
    constexpr std::uint64_t most_times = 4;
    const auto interval = number_in<std::uint64_t>(resolver.find("polling_interval").value);
    return {std::to_string(most_times * interval), std::move(found.origin)};
  }
  return {std::string(found.value), std::move(found.origin)};
}

GlobalSettings Configuration::globals() const {
  const Resolver from(*contents_);
  const auto unsigned_in = [](std::string_view text) { return number_in<std::uint32_t>(text); };
  const auto most_polling = default_value(*find_keyword("max_polling_interval", Section::defaults));
  return {
      .verbosity = setting(from, "verbosity", unsigned_in),
      .find_multipaths =
          setting(from, "find_multipaths",
                  [](std::string_view text) { return value_in(find_multipaths_names, text); }),
      .whitelist = setting(from, "whitelist",
                           [](std::string_view text) {
                             return parse_whitelist(text).value_or(Whitelist::identity);
                           }),
      .find_multipaths_timeout =
          setting(from, "find_multipaths_timeout",
                  [](std::string_view text) { return number_in<std::int32_t>(text); }),
      .checker_timeout = setting(from, "checker_timeout", optional_number<std::uint32_t>),
      .allow_usb_devices = setting(from, "allow_usb_devices", truth_in),
      .partition_delimiter = setting(from, "partition_delimiter", optional_text),
      .remove_retries = setting(from, "remove_retries", unsigned_in),
      .auto_resize =
          setting(from, "auto_resize",
                  [](std::string_view text) { return value_in(auto_resize_names, text); }),
      .polling_interval = setting(from, "polling_interval", unsigned_in),
      .max_polling_interval = {unsigned_in(most_polling.value), most_polling.origin},
      .bindings_file = setting(from, "bindings_file", text_in),
      .wwids_file = setting(from, "wwids_file", text_in),
  };
}

DeviceSettings Configuration::Resolver::device_settings() const {
  const Resolver& from = *this;
  DeviceSettings settings{
      .detect_prio = setting(from, "detect_prio", truth_in),
      .prioritizer = setting(
          from, "prio", [](std::string_view text) { return value_in(prioritizer_names, text); }),
      .prioritizer_arguments = {},
      .detect_checker = setting(from, "detect_checker", truth_in),
      .checker = setting(from, "path_checker",
                         [](std::string_view text) { return value_in(checker_names, text); }),
      .fast_io_fail_tmo = setting(from, "fast_io_fail_tmo", timeout_in),
      .dev_loss_tmo = setting(from, "dev_loss_tmo", timeout_in),
      .eh_deadline = setting(from, "eh_deadline", timeout_in),
      .max_sectors_kb = setting(from, "max_sectors_kb", optional_number<std::uint32_t>),
      .uid_attribute = setting(from, "uid_attribute", text_in),
      .recheck_wwid = setting(from, "recheck_wwid", truth_in),
  };
  const auto arguments = from.find_in(from.find("prio").layer, "prio_args");
  settings.prioritizer_arguments = {std::string(arguments.value), arguments.origin};
  return settings;
}

UnitSettings Configuration::Resolver::unit_settings() const {
  const Resolver& from = *this;
  UnitSettings settings{
      .policy = setting(from, "path_grouping_policy",
                        [](std::string_view text) {
                          const auto policy = parse_path_grouping_policy(text);
                          if (!policy) throw std::logic_error("unchecked policy");
                          return *policy;
                        }),
      .detect_policy = setting(from, "detect_pgpolicy", truth_in),
      .detect_policy_use_tpg = setting(from, "detect_pgpolicy_use_tpg", truth_in),
      .selector = setting(from, "path_selector", selector_in),
      .features = setting(from, "features", counted_in),
      .hardware_handler = setting(from, "hardware_handler", counted_in),
      .no_path_retry = setting(from, "no_path_retry", no_path_retry_in),
      .failback = setting(from, "failback", failback_in),
      .min_io = setting(from, "rr_min_io_rq",
                        [](std::string_view text) { return number_in<std::uint32_t>(text); }),
      .weigh_by_priority =
          setting(from, "rr_weight", [](std::string_view text) { return text == "priorities"; }),
      .alias = setting(from, "alias", optional_text),
      .user_friendly_names = setting(from, "user_friendly_names", truth_in),
      .alias_prefix = setting(from, "alias_prefix", text_in),
      .skip_kpartx = setting(from, "skip_kpartx", truth_in),
      .deferred_remove = setting(from, "deferred_remove", truth_in),
      .flush_on_last_del = setting(from, "flush_on_last_del", truth_in),
      .mode = setting(from, "mode", mode_in),
      .user = setting(from, "uid", text_in),
      .group = setting(from, "gid", text_in),
  };
  take_queueing_from_features(settings);
  return settings;
}

const DeviceSettings& Configuration::settings_for_device(const Subject& subject) const {
  return contents_->memory->device.of(subject, contents_->own_section(subject), [&] {
    return Resolver(*contents_, subject).device_settings();
  });
}

const UnitSettings& Configuration::settings_for_unit(const Subject& subject) const {
  return contents_->memory->unit.of(subject, contents_->own_section(subject),
                                    [&] { return Resolver(*contents_, subject).unit_settings(); });
}

std::vector<std::string> kernel_features(const UnitSettings& settings) {
  const auto& retry = settings.no_path_retry.value;
  std::vector<std::string> features;
  if (retry && retry->kind != NoPathRetry::Kind::fail) features.emplace_back(queue_feature);
  for (const std::string& word : settings.features.value) features.push_back(word);
  return features;
}

}  // namespace multipath
