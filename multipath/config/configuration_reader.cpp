#include "multipath/config/configuration_reader.h"

#include <algorithm>
#include <tuple>

#include <fmt/format.h>

#include "multipath/model/map_name.h"

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

/// Does a line give the keyword a value that was rejected, or none?
bool has_wrong_value(const ConfEntry& entry, const ConfSection& section, std::string_view keyword) {
  const auto written = std::ranges::count_if(entry.entries, [&](const ConfEntry& inner) {
    return inner.keyword.text == keyword && !inner.is_section;
  });
  const auto taken = std::ranges::count_if(section.assignments, [&](const Assignment& assignment) {
    return assignment.keyword->name == keyword;
  });
  return written > taken;
}

EntryReader::Reported reported_if(bool is_reported) {
  return is_reported ? EntryReader::Reported::yes : EntryReader::Reported::no;
}

std::vector<BuiltInRow> built_in_rows() {
  std::vector<BuiltInRow> rows;
  for (const HardwareEntry& entry : built_in_hardware()) {
    if (auto vendor = Pattern::compile(entry.vendor)) rows.push_back({&entry, std::move(*vendor)});
  }
  return rows;
}

}  // namespace

Configuration::Reader::Reader() : contents_(std::make_shared<Contents>()) {
  contents_->defaults.section = Section::defaults;
  contents_->overrides.section = Section::overrides;
}

void Configuration::Reader::read(const ConfigurationText& file) {
  ConfTree tree = parse_conf(file.text, file.file, may_nest);
  const std::size_t before = reviewer_.size();
  reviewer_.take(std::move(tree.diagnostics), std::move(tree.repairs));
  for (const ConfEntry& entry : tree.entries) top_level(entry);
  reviewer_.sort(before);
}

void Configuration::Reader::top_level(const ConfEntry& entry) {
  const auto& name = entry.keyword;
  if (name.text.empty()) return;  // the parser has reported it
  if (!entry.is_section) return entries_.stray_entry(entry);
  const auto section = section_in(std::nullopt, name.text);
  if (!section) return entries_.misplaced_section(entry, std::nullopt);
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

bool Configuration::Reader::has_room_for(std::size_t size, const Assignment& assignment) {
  patterns_ += size;
  if (patterns_ <= largest_patterns) return true;
  if (!patterns_are_full_) {
    reviewer_.error({assignment.value.text(), assignment.place},
                    "all patterns up to here together are too large; use fewer, or literal text");
  }
  patterns_are_full_ = true;
  return false;
}

std::optional<Pattern> Configuration::Reader::pattern_of(const Assignment& assignment) {
  const auto& pattern = assignment.value.as<Pattern>();
  if (patterns_are_full_ || !has_room_for(pattern.size(), assignment)) return std::nullopt;
  return pattern;
}

std::optional<RulePattern> Configuration::Reader::rule_of(const Assignment& assignment) {
  if (patterns_are_full_) return std::nullopt;
  // The vendor of a device section is a pattern, and becomes a rule with its product_blacklist.
  auto rule = assignment.keyword->codec.kind == ValueKind::rule
                  ? std::optional(assignment.value.as<RulePattern>())
                  : rule_pattern(assignment.value.text());
  if (!rule || !has_room_for(rule->size(), assignment)) return std::nullopt;
  return rule;
}

void Configuration::Reader::settings_section(const ConfEntry& entry, Section section,
                                             ConfSection& into) {
  ConfSection read = entries_.assignments_of(entry, section);
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
    const auto assignment = entries_.assignment_of(inner, section);
    const auto kind = assignment ? rule_kind(assignment->keyword->name) : std::nullopt;
    if (!kind) continue;
    BlacklistRule rule;
    rule.kind = *kind;
    rule.pattern = rule_of(*assignment);
    rule.origin = origin_of(assignment->place, to_string(section));
    into.push_back(std::move(rule));
  }
}

void Configuration::Reader::device_rule(const ConfEntry& entry, std::string_view outer,
                                        std::vector<BlacklistRule>& into) {
  const bool had_errors = reviewer_.failed();
  const ConfSection section = entries_.assignments_of(entry, Section::blacklist_device);
  const Assignment* vendor = section.find("vendor");
  const Assignment* product = section.find("product");
  if (vendor == nullptr && product == nullptr) {
    if (had_errors || !reviewer_.failed())
      entries_.skip_section(entry, "this device has neither vendor nor product");
    return;
  }
  if (vendor == nullptr || product == nullptr) {
    reviewer_.differs(entry.keyword.place,
                      "multipath-tools joins a device with only a vendor, or only a product, with "
                      "the next one; here it is a separate rule");
  }
  BlacklistRule rule;
  rule.kind = RuleKind::device;
  if (vendor != nullptr) rule.vendor = rule_of(*vendor);
  if (product != nullptr) rule.product = rule_of(*product);
  rule.origin = origin_of(entry.keyword.place, outer);
  into.push_back(std::move(rule));
}

void Configuration::Reader::devices_section(const ConfEntry& entry) {
  for (const ConfEntry& inner : entry.entries) {
    if (inner.is_section && inner.keyword.text == "device") {
      device(inner);
    } else {
      entries_.assignment_of(inner, Section::devices);
    }
  }
}

/// Reports a section whose row cannot match any unit.
bool Configuration::Reader::can_match(const ConfEntry& entry, const ConfSection& section,
                                      const Pattern& vendor, const Pattern& product) {
  // SPC-4 6.6.2: 8 and 16 bytes; NVMe base specification, Identify Controller: a model has 40.
  constexpr std::size_t longest_vendor = 8;
  constexpr std::size_t longest_product = 16;
  constexpr std::size_t longest_model = 40;
  const std::size_t longest = vendor.matches("NVME") ? longest_model : longest_product;
  for (const auto& [keyword, pattern, most] :
       {std::tuple{"vendor", &vendor, longest_vendor}, std::tuple{"product", &product, longest}}) {
    if (pattern->shortest_match() <= most) continue;
    entries_.skip_section(
        entry, fmt::format("{} '{}' cannot match: without trailing blanks a {} has at most {} "
                           "bytes",
                           keyword, quotable(section.value_of(keyword)), keyword, most));
    return false;
  }
  return true;
}

void Configuration::Reader::device(const ConfEntry& entry) {
  ConfSection section = entries_.assignments_of(entry, Section::device);
  if (const Assignment* gateways = section.find("product_blacklist");
      gateways != nullptr && section.find("vendor") != nullptr) {
    BlacklistRule rule;
    rule.kind = RuleKind::device;
    rule.vendor = rule_of(*section.find("vendor"));
    rule.product = rule_of(*gateways);
    rule.origin = origin_of(gateways->place, "devices");
    rules_.push_back(std::move(rule));
  }
  for (const std::string_view needed : {"vendor", "product", "revision"}) {
    const bool is_wrong = has_wrong_value(entry, section, needed);
    if (!is_wrong && (section.find(needed) != nullptr || needed == "revision")) continue;
    return entries_.skip_section(entry,
                                 is_wrong ? fmt::format("{} cannot match", needed)
                                          : fmt::format("this device has no {}", needed),
                                 reported_if(is_wrong));
  }
  const Assignment* revision = section.find("revision");
  auto vendor = pattern_of(*section.find("vendor"));
  auto product = pattern_of(*section.find("product"));
  std::optional<Pattern> revision_pattern;
  if (revision != nullptr) revision_pattern = pattern_of(*revision);
  if (!vendor || !product || (revision != nullptr && !revision_pattern)) return;
  if (!can_match(entry, section, *vendor, *product)) return;
  const bool is_built_in = std::ranges::any_of(built_in_hardware(), [&](const HardwareEntry& row) {
    return row.vendor == vendor->expression() && row.product == product->expression();
  });
  if (is_built_in) {
    reviewer_.differs(entry.keyword.place,
                      "multipath-tools merges this device into the built-in row of the same vendor "
                      "and product; here it follows that row and overrides it");
  }
  contents_->devices.push_back(
      {std::move(section), std::move(*vendor), std::move(*product), std::move(revision_pattern)});
}

void Configuration::Reader::overrides_section(const ConfEntry& entry) {
  ConfEntry settings{
      .keyword = entry.keyword, .value = {}, .is_section = true, .entries = {}, .surplus = {}};
  for (const ConfEntry& inner : entry.entries) {
    if (!inner.is_section || inner.keyword.text != "protocol") {
      settings.entries.push_back(inner);
      continue;
    }
    ConfSection section = entries_.assignments_of(inner, Section::protocol);
    if (section.find("type") == nullptr) {
      entries_.skip_section(inner, "this protocol section has no type",
                            reported_if(has_wrong_value(inner, section, "type")));
      continue;
    }
    contents_->protocols.push_back(std::move(section));
  }
  settings_section(settings, Section::overrides, contents_->overrides);
}

void Configuration::Reader::multipaths_section(const ConfEntry& entry) {
  for (const ConfEntry& inner : entry.entries) {
    if (inner.is_section && inner.keyword.text == "multipath") {
      multipath(inner);
    } else {
      entries_.assignment_of(inner, Section::multipaths);
    }
  }
}

void Configuration::Reader::multipath(const ConfEntry& entry) {
  ConfSection section = entries_.assignments_of(entry, Section::multipath);
  const Assignment* wwid = section.find("wwid");
  if (wwid == nullptr || wwid->value.text().empty()) {
    return entries_.skip_section(entry, "this multipath section has no wwid",
                                 reported_if(has_wrong_value(entry, section, "wwid")));
  }
  check_alias(section);
  const auto [known, is_new] =
      contents_->multipath_of_wwid.try_emplace(wwid->value.text(), contents_->multipaths.size());
  if (is_new) {
    multipath_ends_.emplace(wwid->value.text(),
                            std::pair{entry.keyword.place.file, entry.last_line});
    contents_->multipaths.push_back(std::move(section));
  } else {
    add_to_earlier(entry, std::move(section), contents_->multipaths[known->second]);
  }
}

void Configuration::Reader::add_to_earlier(const ConfEntry& entry, ConfSection section,
                                           ConfSection& earlier) {
  const auto& [file, end] = multipath_ends_.find(section.value_of("wwid"))->second;
  reviewer_.warn({"multipath", section.place},
                 fmt::format("second section for this wwid; it adds to the section at {}",
                             to_string(earlier.place)));
  if (file == entry.keyword.place.file) {
    reviewer_.repair({.kind = Repair::Kind::move_into,
                      .line = entry.keyword.place.line,
                      .last_line = entry.last_line,
                      .before = end,
                      .why = "moved to the first section for this wwid"});
  }
  std::ranges::move(section.assignments, std::back_inserter(earlier.assignments));
}

void Configuration::Reader::check_alias(ConfSection& section) {
  const Assignment* alias = section.find("alias");
  if (alias == nullptr) return;
  const std::string wwid(section.value_of("wwid"));
  const auto skip = [&](const std::string& why) {
    const std::string what =
        fmt::format("alias '{}' {}; the alias is skipped, and the unit is named without it",
                    quotable(alias->value.text()), why);
    reviewer_.warn({alias->value.text(), alias->place}, what);
    reviewer_.comment_out(alias->place.line, alias->place.line, what);
    std::erase_if(section.assignments,
                  [](const Assignment& assignment) { return assignment.keyword->name == "alias"; });
  };
  if (const auto why = reason_no_map_name(alias->value.text())) return skip(*why);
  const std::string name = mangled_name(alias->value.text());
  const auto [owner, is_new] = alias_owner_.try_emplace(name, wwid);
  if (is_new) {
    aliases_.emplace(name, *alias);
  } else if (owner->second != wwid) {
    skip(fmt::format("already belongs to wwid {}, see {}", quotable(owner->second),
                     to_string(aliases_.at(name).place)));
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

void Configuration::Reader::note_built_in_differences() {
  if (contents_->defaults.find("find_multipaths") == nullptr) {
    reviewer_.differs(
        {"built-in default", 0, 0},
        "find_multipaths is strict in multipath-tools and on here: a new unit with two "
        "paths gets a map");
  }
}

std::shared_ptr<Configuration::Contents> Configuration::Reader::finish() {
  note_built_in_differences();
  if (reviewer_.failed()) return nullptr;
  contents_->built_in = built_in_rows();
  built_in_rules();
  contents_->blacklist = Blacklist(std::move(rules_), std::move(exceptions_));
  const auto own = built_in_hardware();
  contents_->hardware.assign(own.begin(), own.end());
  for (const DeviceSection& device : contents_->devices) {
    contents_->hardware.push_back(
        {device.vendor.expression(), device.product.expression(), Identification::page_83, {}, ""});
  }
  return std::move(contents_);
}

}  // namespace multipath
