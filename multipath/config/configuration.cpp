#include "multipath/config/configuration.h"

#include <algorithm>
#include <limits>

#include "multipath/config/configuration_internal.h"
#include "multipath/config/configuration_reader.h"

namespace multipath {
namespace {

std::optional<Value> built_in_value(std::string_view name) {
  const auto all = keywords();
  const auto found = std::ranges::find(all, name, &Keyword::name);
  return found == all.end() ? std::nullopt : found->built_in_value();
}

std::string place_name(Section section) {
  switch (section) {
    case Section::device:
      return "devices device";
    case Section::protocol:
      return "overrides protocol";
    default:
      return to_string(section);
  }
}

/// queue_if_no_path among the features means no_path_retry queue, where no_path_retry is not set.
void take_queueing_from_features(UnitSettings& settings) {
  auto& features = settings.features.value;
  if (std::erase(features, queue_feature) == 0 || settings.no_path_retry.value) return;
  settings.no_path_retry = {NoPathRetry{NoPathRetry::Kind::queue, 0}, settings.features.origin};
}

/// "sd:ID_SERIAL dasd:ID_UID": the first whose kind begins the name of the node.
std::optional<std::string_view> property_in(std::string_view attributes, std::string_view kname) {
  while (!attributes.empty()) {
    const std::size_t end = std::min(attributes.find(' '), attributes.size());
    const std::string_view entry = attributes.substr(0, end);
    const std::size_t colon = entry.find(':');
    if (colon != std::string_view::npos && kname.starts_with(entry.substr(0, colon)))
      return entry.substr(colon + 1);
    attributes.remove_prefix(std::min(end + 1, attributes.size()));
  }
  return std::nullopt;
}

}  // namespace

const Assignment* ConfSection::find(std::string_view keyword) const {
  const auto found = std::find_if(
      assignments.rbegin(), assignments.rend(),
      [&](const Assignment& assignment) { return assignment.keyword->name == keyword; });
  return found == assignments.rend() ? nullptr : &*found;
}

std::string_view ConfSection::value_of(std::string_view keyword) const {
  const Assignment* found = find(keyword);
  return found == nullptr ? std::string_view() : std::string_view(found->value.text());
}

bool DeviceSection::matches(const Subject& subject) const {
  return vendor.matches(subject.vendor) && product.matches(subject.product) &&
         (!revision || revision->matches(subject.revision));
}

bool BuiltInRow::matches(const Subject& subject) const {
  if (!vendor.matches(subject.vendor)) return false;
  const auto product = Pattern::compile(entry->product);
  return product && product->matches(subject.product);
}

std::string BuiltInRow::name() const {
  return std::string(entry->vendor) + " " + std::string(entry->product);
}

/// Finds the value of a keyword for a subject, in the order of precedence.
class Configuration::Resolver {
 public:
  /// Only section defaults and the built-in values.
  explicit Resolver(const Contents& contents) { layers_.push_back({&contents.defaults, nullptr}); }
  Resolver(const Contents& contents, const Subject& subject);

  struct Found {
    std::optional<Value> value;  ///< nothing where the keyword is not set and has no built-in value
    Origin origin;
    const void* layer = nullptr;  ///< the section or row; nothing for the built-in value
  };
  Found find(std::string_view keyword) const;
  /// In the layer where another keyword was found.
  Found find_in(const void* layer, std::string_view keyword) const;

  // The setting of a keyword whose codec reads a T.
  template <class T>
  Setting<T> get(std::string_view keyword) const {
    Found found = find(keyword);
    return {found.value.value().as<T>(), std::move(found.origin)};
  }
  template <class T>
  Setting<std::optional<T>> get_optional(std::string_view keyword) const {
    Found found = find(keyword);
    if (!found.value) return {std::nullopt, std::move(found.origin)};
    return {found.value->as<T>(), std::move(found.origin)};
  }
  template <class Number>
  Setting<Number> get_number(std::string_view keyword) const {
    auto [value, origin] = get<std::int64_t>(keyword);
    return {static_cast<Number>(value), std::move(origin)};
  }
  Setting<std::optional<std::uint32_t>> get_optional_number(std::string_view keyword) const;
  /// None where there are none.
  Setting<Words> get_words(std::string_view keyword) const;
  /// "" where there is none.
  Setting<std::string> get_text(std::string_view keyword) const;
  /// Nothing for "" and where there is none.
  Setting<std::optional<std::string>> get_optional_text(std::string_view keyword) const;
  /// max_polling_interval, or four times polling_interval.
  Setting<std::int64_t> longest_polling_interval() const;
  GlobalSettings globals() const;

 private:
  /// Exactly one of the two.
  struct Layer {
    const ConfSection* section;
    const BuiltInRow* row;
    const void* id() const { return section != nullptr ? static_cast<const void*>(section) : row; }
  };
  static std::optional<Found> find(const Layer& layer, std::string_view keyword);
  std::vector<Layer> layers_;  ///< the strongest first
};

Configuration::Resolver::Resolver(const Contents& contents, const Subject& subject) {
  if (const ConfSection* own = contents.own_section(subject)) layers_.push_back({own, nullptr});
  for (auto protocol = contents.protocols.rbegin(); protocol != contents.protocols.rend();
       ++protocol) {
    if (!subject.protocol.empty() && protocol->value_of("type") == subject.protocol)
      layers_.push_back({&*protocol, nullptr});
  }
  layers_.push_back({&contents.overrides, nullptr});
  for (auto device = contents.devices.rbegin(); device != contents.devices.rend(); ++device)
    if (device->matches(subject)) layers_.push_back({&device->section, nullptr});
  for (auto row = contents.built_in.rbegin(); row != contents.built_in.rend(); ++row)
    if (row->matches(subject)) layers_.push_back({nullptr, &*row});
  layers_.push_back({&contents.defaults, nullptr});
}

std::optional<Configuration::Resolver::Found> Configuration::Resolver::find(
    const Layer& layer, std::string_view keyword) {
  if (layer.section != nullptr) {
    const Assignment* assignment = layer.section->find(keyword);
    if (assignment == nullptr) return std::nullopt;
    return Found{assignment->value,
                 {Origin::Kind::file, "", assignment->place, place_name(layer.section->section)},
                 layer.id()};
  }
  for (const auto& [name, text] : layer.row->entry->settings) {
    if (name != keyword) continue;
    return Found{find_keyword(name, Section::device)->codec.read(text).value(),
                 {Origin::Kind::hardware_table, layer.row->name(), {}, ""},
                 layer.id()};
  }
  return std::nullopt;
}

Configuration::Resolver::Found Configuration::Resolver::find(std::string_view keyword) const {
  for (const Layer& layer : layers_)
    if (auto found = find(layer, keyword)) return std::move(*found);
  return {built_in_value(keyword), {}, nullptr};
}

Configuration::Resolver::Found Configuration::Resolver::find_in(const void* layer,
                                                                std::string_view keyword) const {
  for (const Layer& candidate : layers_) {
    if (candidate.id() != layer) continue;
    if (auto found = find(candidate, keyword)) return std::move(*found);
  }
  return {};
}

Setting<std::optional<std::uint32_t>> Configuration::Resolver::get_optional_number(
    std::string_view keyword) const {
  auto [value, origin] = get_optional<std::int64_t>(keyword);
  if (!value) return {std::nullopt, std::move(origin)};
  return {static_cast<std::uint32_t>(*value), std::move(origin)};
}

Setting<Words> Configuration::Resolver::get_words(std::string_view keyword) const {
  auto [words, origin] = get_optional<Words>(keyword);
  return {words.value_or(Words()), std::move(origin)};
}

Setting<std::int64_t> Configuration::Resolver::longest_polling_interval() const {
  constexpr std::int64_t times = 4;
  auto [seconds, origin] = get_optional<std::int64_t>("max_polling_interval");
  if (!seconds) seconds = times * get<std::int64_t>("polling_interval").value;
  return {*seconds, std::move(origin)};
}

Setting<std::string> Configuration::Resolver::get_text(std::string_view keyword) const {
  Found found = find(keyword);
  return {found.value ? found.value->text() : std::string(), std::move(found.origin)};
}

Setting<std::optional<std::string>> Configuration::Resolver::get_optional_text(
    std::string_view keyword) const {
  auto [text, origin] = get_text(keyword);
  if (text.empty()) return {std::nullopt, std::move(origin)};
  return {std::move(text), std::move(origin)};
}

GlobalSettings Configuration::Resolver::globals() const {
  const auto longest = longest_polling_interval();
  constexpr std::int64_t largest = std::numeric_limits<std::uint32_t>::max();
  return {
      .verbosity = get_number<std::uint32_t>("verbosity"),
      .find_multipaths = get<FindMultipaths>("find_multipaths"),
      .whitelist = get<Whitelist>("whitelist"),
      .find_multipaths_timeout = get_number<std::int32_t>("find_multipaths_timeout"),
      .checker_timeout = get_optional_number("checker_timeout"),
      .allow_usb_devices = get<bool>("allow_usb_devices"),
      .partition_delimiter = get_optional_text("partition_delimiter"),
      .remove_retries = get_number<std::uint32_t>("remove_retries"),
      .auto_resize = get<AutoResize>("auto_resize"),
      .polling_interval = get_number<std::uint32_t>("polling_interval"),
      .max_polling_interval = {static_cast<std::uint32_t>(std::min(longest.value, largest)),
                               longest.origin},
      .bindings_file = get_text("bindings_file"),
      .wwids_file = get_text("wwids_file"),
  };
}

Configuration::Configuration() : Configuration(Reader().finish()) {}

Configuration::Configuration(std::shared_ptr<const Contents> contents)
    : contents_(std::move(contents)) {}

tl::expected<Configuration, Diagnostics> Configuration::load(
    std::span<const ConfigurationText> files) {
  Reader reader;
  for (const ConfigurationText& file : files) reader.read(file);
  auto contents = reader.finish();
  Diagnostics mistakes = reader.take_review().mistakes;
  if (!contents) return tl::unexpected(std::move(mistakes));
  contents->warnings = std::move(mistakes);
  return Configuration(std::move(contents));
}

Review Configuration::review(std::span<const ConfigurationText> files) {
  Reader reader;
  for (const ConfigurationText& file : files) reader.read(file);
  reader.finish();
  return reader.take_review();
}

Configuration Configuration::last_resort() {
  Reader reader;
  reader.read({"built-in settings", "defaults {\nfind_multipaths strict\n}\n"});
  auto contents = reader.finish();
  contents->is_last_resort = true;
  return Configuration(std::move(contents));
}

bool Configuration::is_last_resort() const { return contents_->is_last_resort; }
const Diagnostics& Configuration::warnings() const { return contents_->warnings; }
const Blacklist& Configuration::blacklist() const { return contents_->blacklist; }
std::span<const HardwareEntry> Configuration::hardware() const { return contents_->hardware; }
const ConfSection& Configuration::defaults() const { return contents_->defaults; }
const ConfSection& Configuration::overrides() const { return contents_->overrides; }
std::span<const ConfSection> Configuration::protocols() const { return contents_->protocols; }
std::span<const DeviceSection> Configuration::devices() const { return contents_->devices; }
std::span<const ConfSection> Configuration::multipaths() const { return contents_->multipaths; }

Setting<std::optional<Identification>> Configuration::identification_of(
    std::string_view vendor, std::string_view product) const {
  HardwareTable table(contents_->hardware);
  const HardwareEntry* entry = table.find(std::string(vendor), std::string(product));
  if (entry == nullptr) return {};
  return {entry->identification, origin_of_row(*entry)};
}

Origin Configuration::origin_of_row(const HardwareEntry& entry) const {
  const std::size_t own = built_in_hardware().size();
  for (std::size_t i = own; i < contents_->hardware.size(); ++i) {
    if (&contents_->hardware[i] != &entry) continue;
    return {Origin::Kind::file, "", contents_->devices[i - own].section.place, "devices device"};
  }
  return {Origin::Kind::hardware_table,
          std::string(entry.vendor) + " " + std::string(entry.product),
          {},
          ""};
}

Setting<std::string> Configuration::default_value(const Keyword& keyword) const {
  const Resolver resolver(*contents_);
  if (keyword.name != "max_polling_interval") return resolver.get_text(keyword.name);
  auto [seconds, origin] = resolver.longest_polling_interval();
  return {std::to_string(seconds), std::move(origin)};
}

const GlobalSettings& Configuration::globals() const {
  std::call_once(contents_->memory->resolved_globals,
                 [&] { contents_->memory->globals = Resolver(*contents_).globals(); });
  return contents_->memory->globals;
}

const DeviceSettings& Configuration::settings_for_device(const Subject& subject) const {
  return contents_->memory->device.of(subject, contents_->own_section(subject), [&] {
    const Resolver from(*contents_, subject);
    const auto prio = from.find("prio");
    const auto arguments = from.find_in(prio.layer, "prio_args");
    return DeviceSettings{
        .detect_prio = from.get<bool>("detect_prio"),
        .prioritizer = {prio.value.value().as<PrioritizerKind>(), prio.origin},
        .prioritizer_arguments = {arguments.value ? arguments.value->text() : "", arguments.origin},
        .detect_checker = from.get<bool>("detect_checker"),
        .checker = from.get<CheckerKind>("path_checker"),
        .fast_io_fail_tmo = from.get_optional<TransportTimeout>("fast_io_fail_tmo"),
        .dev_loss_tmo = from.get_optional<TransportTimeout>("dev_loss_tmo"),
        .eh_deadline = from.get_optional<TransportTimeout>("eh_deadline"),
        .max_sectors_kb = from.get_optional_number("max_sectors_kb"),
        .uid_attribute = from.get_text("uid_attribute"),
        .recheck_wwid = from.get<bool>("recheck_wwid"),
    };
  });
}

const UnitSettings& Configuration::settings_for_unit(const Subject& subject) const {
  return contents_->memory->unit.of(subject, contents_->own_section(subject), [&] {
    const Resolver from(*contents_, subject);
    UnitSettings settings{
        .policy = from.get<PathGroupingPolicy>("path_grouping_policy"),
        .detect_policy = from.get<bool>("detect_pgpolicy"),
        .detect_policy_use_tpg = from.get<bool>("detect_pgpolicy_use_tpg"),
        .selector = from.get<PathSelector>("path_selector"),
        .features = from.get<Words>("features"),
        .hardware_handler = from.get_words("hardware_handler"),
        .no_path_retry = from.get_optional<NoPathRetry>("no_path_retry"),
        .failback = from.get<Failback>("failback"),
        .min_io = from.get_number<std::uint32_t>("rr_min_io_rq"),
        .weigh_by_priority = from.get<bool>("rr_weight"),
        .alias = from.get_optional_text("alias"),
        .user_friendly_names = from.get<bool>("user_friendly_names"),
        .alias_prefix = from.get_text("alias_prefix"),
        .skip_kpartx = from.get<bool>("skip_kpartx"),
        .mode = from.get_optional_number("mode"),
        .user = from.get_text("uid"),
        .group = from.get_text("gid"),
    };
    take_queueing_from_features(settings);
    return settings;
  });
}

std::optional<Setting<std::string>> udev_property_for(const Configuration& configuration,
                                                      std::string_view kname,
                                                      const Subject& subject) {
  if (const Assignment* attributes = configuration.defaults().find("uid_attrs")) {
    if (const auto property = property_in(attributes->value.text(), kname)) {
      const Origin origin{
          .kind = Origin::Kind::file, .row = "", .place = attributes->place, .section = "defaults"};
      return Setting<std::string>{std::string(*property), origin};
    }
  }
  Setting<std::string> attribute = configuration.settings_for_device(subject).uid_attribute;
  if (attribute.origin.kind != Origin::Kind::file || attribute.value.empty()) return std::nullopt;
  return attribute;
}

bool names_units_by_udev(const Configuration& configuration) {
  const auto sets = [](const ConfSection& section) {
    return section.find("uid_attribute") != nullptr;
  };
  return configuration.defaults().find("uid_attrs") != nullptr || sets(configuration.defaults()) ||
         sets(configuration.overrides()) ||
         std::ranges::any_of(configuration.devices(), sets, &DeviceSection::section);
}

}  // namespace multipath
