#include "multipath/config/configuration.h"

#include <algorithm>

#include "multipath/config/configuration_contents.h"
#include "multipath/config/configuration_reader.h"

namespace multipath {

const Assignment* ConfSection::find(std::string_view keyword) const {
  const auto found = std::find_if(
      assignments.rbegin(), assignments.rend(),
      [&](const Assignment& assignment) { return assignment.keyword->name == keyword; });
  return found == assignments.rend() ? nullptr : &*found;
}

std::string_view ConfSection::value_of(std::string_view keyword) const {
  const Assignment* found = find(keyword);
  return found == nullptr ? std::string_view() : std::string_view(found->value);
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

}  // namespace multipath
