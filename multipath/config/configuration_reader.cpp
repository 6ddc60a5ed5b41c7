#include "multipath/config/configuration_reader.h"

#include <algorithm>
#include <tuple>

#include <fmt/format.h>

namespace multipath {
namespace {

bool may_nest(std::string_view outer, std::string_view inner) {
  if (outer.empty()) return section_in(std::nullopt, inner).has_value();
  for (const Section section : {Section::blacklist, Section::blacklist_exceptions, Section::devices,
                                Section::overrides, Section::multipaths}) {
    if (to_string(section) == outer && section_in(section, inner)) return true;
  }
  return false;
}

/// "device of section blacklist" where the name alone says too little.
std::string name_of(Section section) {
  switch (section) {
    case Section::blacklist_device:
      return "device of a blacklist";
    case Section::device:
      return "device of devices";
    default:
      return to_string(section);
  }
}

constexpr Section all_sections[] = {
    Section::defaults,         Section::blacklist, Section::blacklist_exceptions,
    Section::blacklist_device, Section::device,    Section::overrides,
    Section::protocol,         Section::multipath,
};

std::string sections_of(std::string_view keyword) {
  std::vector<std::string> names;
  for (const Section section : all_sections)
    if (find_keyword(keyword, section) != nullptr) names.push_back(name_of(section));
  return fmt::format("{}", fmt::join(names, ", "));
}

std::optional<RuleKind> rule_kind(std::string_view keyword) {
  for (const RuleKind kind :
       {RuleKind::property, RuleKind::devnode, RuleKind::protocol, RuleKind::wwid}) {
    if (to_string(kind) == keyword) return kind;
  }
  return std::nullopt;
}

Origin origin_of(const Place& place, std::string_view section) {
  return {Origin::Kind::file, "", place, std::string(section)};
}

std::optional<RulePattern> rule_pattern(std::string_view text) {
  auto pattern = RulePattern::compile(text);
  return pattern ? std::optional(std::move(*pattern)) : std::nullopt;
}

BlacklistRule text_rule(RuleKind kind, std::string_view pattern, Origin origin) {
  BlacklistRule rule;
  rule.kind = kind;
  rule.pattern = rule_pattern(pattern);
  rule.origin = std::move(origin);
  return rule;
}

BlacklistRule product_rule(std::string_view vendor, std::string_view product, Origin origin) {
  BlacklistRule rule;
  rule.kind = RuleKind::device;
  if (!vendor.empty()) rule.vendor = rule_pattern(vendor);
  if (!product.empty()) rule.product = rule_pattern(product);
  rule.origin = std::move(origin);
  return rule;
}

std::vector<BuiltInRow> built_in_rows() {
  std::vector<BuiltInRow> rows;
  for (const HardwareEntry& entry : built_in_hardware()) {
    if (auto vendor = Pattern::compile(entry.vendor))
      rows.push_back({&entry, std::move(*vendor), settings_of(entry)});
  }
  return rows;
}

}  // namespace

Configuration::Reader::Reader() : contents_(std::make_shared<Contents>()) {
  contents_->defaults.section = Section::defaults;
  contents_->overrides.section = Section::overrides;
}

void Configuration::Reader::error(const ConfWord& at, std::string what, std::string meant) {
  failed_ = true;
  add({Diagnostic::Severity::error, at.place, quotable(at.text), std::move(what),
       std::move(meant)});
}

void Configuration::Reader::warn(const Place& place, std::string_view token, std::string what) {
  add({Diagnostic::Severity::warning, place, quotable(token), std::move(what), ""});
}

void Configuration::Reader::add(Diagnostic diagnostic) {
  if (is_full()) return;
  diagnostics_.push_back(std::move(diagnostic));
}

std::string Configuration::Reader::nearest(std::string_view word,
                                           const std::vector<std::string_view>& words) const {
  return is_full() ? std::string() : nearest_word(word, words);
}

void Configuration::Reader::read(const ConfigurationText& file) {
  ConfTree tree = parse_conf(file.text, file.file, may_nest);
  const std::size_t before = diagnostics_.size();
  for (Diagnostic& diagnostic : tree.diagnostics) {
    failed_ = true;
    add(std::move(diagnostic));
  }
  for (const ConfEntry& entry : tree.entries) top_level(entry);
  std::sort(diagnostics_.begin() + static_cast<std::ptrdiff_t>(before), diagnostics_.end(),
            [](const Diagnostic& a, const Diagnostic& b) {
              return std::tie(a.place, a.what) < std::tie(b.place, b.what);
            });
}

void Configuration::Reader::top_level(const ConfEntry& entry) {
  const auto& name = entry.keyword;
  if (name.text.empty()) return;  // the parser has told
  const auto section = section_in(std::nullopt, name.text);
  if (!entry.is_section) {
    const std::string what =
        section ? fmt::format("section {} needs a '{{' and entries", name.text)
                : fmt::format("'{}' stands outside of any section", quotable(name.text));
    return error(name, what);
  }
  if (!section) return misplaced_section(entry, std::nullopt);
  switch (*section) {
    case Section::defaults:
      return settings_section(entry, *section, contents_->defaults);
    case Section::blacklist:
      return rules_section(entry, *section, rules_);
    case Section::blacklist_exceptions:
      return rules_section(entry, *section, exceptions_);
    case Section::devices:
      return devices_section(entry);
    case Section::overrides:
      return overrides_section(entry);
    case Section::multipaths:
      return multipaths_section(entry);
    default:
      return;
  }
}

void Configuration::Reader::misplaced_section(const ConfEntry& entry,
                                              std::optional<Section> outer) {
  const auto& name = entry.keyword;
  if (name.text.empty()) return;
  const std::string where =
      outer ? fmt::format("in section {}", name_of(*outer)) : std::string("at top level");
  for (const std::string_view known : {"device", "protocol", "multipath"}) {
    if (name.text != known) continue;
    return error(name, fmt::format("section {} may not stand {}", name.text, where));
  }
  if (section_in(std::nullopt, name.text))
    return error(name, fmt::format("section {} may not stand {}", name.text, where));
  error(name, fmt::format("there is no section '{}' {}", quotable(name.text), where),
        nearest(name.text, words_of(outer)));
}

void Configuration::Reader::unknown_keyword(const ConfEntry& entry, Section section) {
  const auto& name = entry.keyword;
  if (section_in(section, name.text))
    return error(name, fmt::format("section {} needs its '{{' on the same line", name.text));
  if (const std::string others = sections_of(name.text); !others.empty()) {
    return error(name, fmt::format("'{}' does not belong in section {} but in: {}", name.text,
                                   name_of(section), others));
  }
  error(
      name,
      fmt::format("there is no keyword '{}' in section {}", quotable(name.text), name_of(section)),
      nearest(name.text, words_of(section)));
}

std::optional<Assignment> Configuration::Reader::assignment_of(const ConfEntry& entry,
                                                               Section section) {
  if (entry.is_section) {
    misplaced_section(entry, section);
    return std::nullopt;
  }
  const Keyword* keyword = find_keyword(entry.keyword.text, section);
  if (keyword == nullptr) {
    unknown_keyword(entry, section);
    return std::nullopt;
  }
  auto value = canonical_value(*keyword, entry.value.text);
  if (!value) {
    error(entry.value,
          fmt::format("{} '{}': {}", keyword->name, quotable(entry.value.text), value.error()),
          nearest(entry.value.text, value_words(*keyword)));
    return std::nullopt;
  }
  Assignment assignment{keyword, std::move(*value), entry.keyword.place};
  note_status(assignment);
  return assignment;
}

void Configuration::Reader::note_status(const Assignment& assignment) {
  const Keyword& keyword = *assignment.keyword;
  if (keyword.status == KeywordStatus::obeyed) return;
  if (!told_keywords_.insert(keyword.name).second) return;
  warn(assignment.place, keyword.name,
       fmt::format("{} {}: {}", keyword.name,
                   keyword.status == KeywordStatus::obsolete ? "is obsolete and has no effect here"
                                                             : "has no effect here",
                   keyword.reason));
}

ConfSection Configuration::Reader::assignments_of(const ConfEntry& entry, Section section) {
  ConfSection result{section, entry.keyword.place, {}};
  for (const ConfEntry& inner : entry.entries) {
    auto assignment = assignment_of(inner, section);
    if (!assignment) continue;
    if (const Assignment* earlier = result.find(assignment->keyword->name)) {
      warn(assignment->place, assignment->keyword->name,
           fmt::format("{} stands twice in this section: this one holds, not that of line {}",
                       assignment->keyword->name, earlier->place.line));
    }
    result.assignments.push_back(std::move(*assignment));
  }
  return result;
}

void Configuration::Reader::settings_section(const ConfEntry& entry, Section section,
                                             ConfSection& into) {
  ConfSection read = assignments_of(entry, section);
  into.place = read.place;
  std::ranges::move(read.assignments, std::back_inserter(into.assignments));
}

void Configuration::Reader::rules_section(const ConfEntry& entry, Section section,
                                          std::vector<BlacklistRule>& into) {
  for (const ConfEntry& inner : entry.entries) {
    if (inner.is_section && section_in(section, inner.keyword.text)) {
      device_rule(inner, to_string(section), into);
      continue;
    }
    const auto assignment = assignment_of(inner, section);
    const auto kind = assignment ? rule_kind(assignment->keyword->name) : std::nullopt;
    if (kind) {
      into.push_back(
          text_rule(*kind, assignment->value, origin_of(assignment->place, to_string(section))));
    }
  }
}

void Configuration::Reader::device_rule(const ConfEntry& entry, std::string_view outer,
                                        std::vector<BlacklistRule>& into) {
  const ConfSection section = assignments_of(entry, Section::blacklist_device);
  const Assignment* vendor = section.find("vendor");
  const Assignment* product = section.find("product");
  if (vendor == nullptr && product == nullptr)
    return error(entry.keyword, "this device has neither vendor nor product");
  BlacklistRule rule;
  rule.kind = RuleKind::device;
  if (vendor != nullptr) rule.vendor = rule_pattern(vendor->value);
  if (product != nullptr) rule.product = rule_pattern(product->value);
  rule.origin = origin_of(entry.keyword.place, outer);
  into.push_back(std::move(rule));
}

void Configuration::Reader::devices_section(const ConfEntry& entry) {
  for (const ConfEntry& inner : entry.entries) {
    if (inner.is_section && inner.keyword.text == "device") {
      device(inner);
    } else {
      assignment_of(inner, Section::devices);
    }
  }
}

void Configuration::Reader::device(const ConfEntry& entry) {
  ConfSection section = assignments_of(entry, Section::device);
  const auto given = [&](const ConfWord& keyword) { return keyword.text; };
  for (const std::string_view needed : {"vendor", "product"}) {
    const bool is_written = std::ranges::any_of(
        entry.entries, [&](const ConfEntry& inner) { return given(inner.keyword) == needed; });
    if (!is_written) error(entry.keyword, fmt::format("this device has no {}", needed));
  }
  auto vendor = Pattern::compile(section.value_of("vendor"));
  auto product = Pattern::compile(section.value_of("product"));
  if (!vendor || !product) return;
  std::optional<Pattern> revision;
  if (const Assignment* given_revision = section.find("revision")) {
    if (auto compiled = Pattern::compile(given_revision->value)) revision = std::move(*compiled);
  }
  if (const Assignment* gateways = section.find("product_blacklist")) {
    rules_.push_back(product_rule(section.value_of("vendor"), gateways->value,
                                  origin_of(gateways->place, "devices")));
  }
  contents_->devices.push_back(
      {std::move(section), std::move(*vendor), std::move(*product), std::move(revision)});
}

void Configuration::Reader::overrides_section(const ConfEntry& entry) {
  ConfEntry settings{entry.keyword, {}, true, {}};
  for (const ConfEntry& inner : entry.entries) {
    if (!inner.is_section || inner.keyword.text != "protocol") {
      settings.entries.push_back(inner);
      continue;
    }
    ConfSection section = assignments_of(inner, Section::protocol);
    const bool has_type = std::ranges::any_of(
        inner.entries, [](const ConfEntry& line) { return line.keyword.text == "type"; });
    if (!has_type) error(inner.keyword, "this protocol section has no type");
    contents_->protocols.push_back(std::move(section));
  }
  settings_section(settings, Section::overrides, contents_->overrides);
}

void Configuration::Reader::multipaths_section(const ConfEntry& entry) {
  for (const ConfEntry& inner : entry.entries) {
    if (inner.is_section && inner.keyword.text == "multipath") {
      multipath(inner);
    } else {
      assignment_of(inner, Section::multipaths);
    }
  }
}

void Configuration::Reader::multipath(const ConfEntry& entry) {
  ConfSection section = assignments_of(entry, Section::multipath);
  const Assignment* wwid = section.find("wwid");
  if (wwid == nullptr || wwid->value.empty())
    return error(entry.keyword, "this multipath section has no wwid");
  check_alias(section);
  const auto [known, is_new] =
      contents_->multipath_of_wwid.try_emplace(wwid->value, contents_->multipaths.size());
  if (is_new) {
    contents_->multipaths.push_back(std::move(section));
    return;
  }
  ConfSection& earlier = contents_->multipaths[known->second];
  warn(section.place, "multipath",
       fmt::format("a second section for this wwid adds to that of {}", to_string(earlier.place)));
  std::ranges::move(section.assignments, std::back_inserter(earlier.assignments));
}

void Configuration::Reader::check_alias(const ConfSection& section) {
  const Assignment* alias = section.find("alias");
  if (alias == nullptr) return;
  constexpr std::size_t longest = 127;  // DM_NAME_LEN and its NUL
  const ConfWord at{alias->value, alias->place};
  const std::string& name = alias->value;
  if (name.empty() || name.size() > longest || name.find('/') != std::string::npos || name == "." ||
      name == "..") {
    return error(at, fmt::format("alias '{}': a name has 1 to {} bytes and no '/'", quotable(name),
                                 longest));
  }
  const auto [owner, is_new] =
      alias_owner_.try_emplace(name, std::string(section.value_of("wwid")));
  if (is_new) {
    alias_places_.emplace(name, alias->place);
  } else if (owner->second != section.value_of("wwid")) {
    error(at, fmt::format("alias '{}' is that of wwid {} already, in {}", quotable(name),
                          owner->second, to_string(alias_places_.at(name))));
  }
}

void Configuration::Reader::built_in_rules() {
  rules_.push_back(text_rule(RuleKind::devnode, "!^(sd[a-z]|dasd[a-z]|nvme[0-9])", {}));
  exceptions_.push_back(text_rule(RuleKind::property, "(SCSI_IDENT_|ID_WWN)", {}));
  std::set<std::pair<std::string_view, std::string_view>> told;
  for (const BuiltInRow& row : contents_->built_in) {
    const HardwareEntry& entry = *row.entry;
    if (entry.product_blacklist.empty()) continue;
    if (!told.emplace(entry.vendor, entry.product_blacklist).second) continue;
    rules_.push_back(product_rule(entry.vendor, entry.product_blacklist,
                                  {Origin::Kind::hardware_table, row.name(), {}, ""}));
  }
}

std::shared_ptr<const Configuration::Contents> Configuration::Reader::finish() {
  if (failed_) return nullptr;
  contents_->built_in = built_in_rows();
  built_in_rules();
  contents_->blacklist = Blacklist(std::move(rules_), std::move(exceptions_));
  const auto own = built_in_hardware();
  contents_->hardware.assign(own.begin(), own.end());
  for (const DeviceSection& device : contents_->devices) {
    contents_->hardware.push_back(
        {device.vendor.expression(), device.product.expression(), Identification::page_83, "", ""});
  }
  contents_->warnings = std::move(diagnostics_);
  return std::move(contents_);
}

}  // namespace multipath
