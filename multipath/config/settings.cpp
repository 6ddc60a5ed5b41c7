#include "multipath/config/settings.h"

namespace multipath {
namespace {

constexpr auto timeout_names = names_of<TransportTimeout::Kind>({
    {TransportTimeout::Kind::off, "off"},
    {TransportTimeout::Kind::infinity, "infinity"},
});

/// The kind's word, or the number of a kind without one.
template <class Names, class Kind>
std::string word_or_number(const Names& names, Kind kind, std::uint32_t number) {
  const auto word = names.find(kind);
  return word ? std::string(*word) : std::to_string(number);
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

std::string to_string(FindMultipaths mode) { return find_multipaths_names.to_string(mode); }
std::string to_string(AutoResize resize) { return auto_resize_names.to_string(resize); }
std::string to_string(PrioritizerKind kind) { return prioritizer_names.to_string(kind); }
std::string to_string(CheckerKind kind) { return checker_names.to_string(kind); }

std::string to_string(const NoPathRetry& retry) {
  return word_or_number(no_path_retry_names, retry.kind, retry.checks);
}
std::string to_string(const Failback& failback) {
  return word_or_number(failback_names, failback.kind, failback.seconds);
}
std::string to_string(const TransportTimeout& timeout) {
  return word_or_number(timeout_names, timeout.kind, timeout.seconds);
}

std::vector<std::string> kernel_features(const UnitSettings& settings) {
  const auto& retry = settings.no_path_retry.value;
  std::vector<std::string> features;
  if (retry && retry->kind != NoPathRetry::Kind::fail) features.emplace_back(queue_feature);
  for (const std::string& word : settings.features.value) features.push_back(word);
  return features;
}

}  // namespace multipath
