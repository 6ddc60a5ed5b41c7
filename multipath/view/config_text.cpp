#include "multipath/view/config_text.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "multipath/config/conf_grammar.h"
#include "multipath/view/text.h"

namespace multipath {
namespace {

class Renderer {
 public:
  Renderer(const Configuration& configuration, const ConfigurationView& view)
      : configuration_(configuration), view_(view) {}

  std::string text() {
    defaults();
    rules("blacklist", configuration_.blacklist().rules());
    rules("blacklist_exceptions", configuration_.blacklist().exceptions());
    devices();
    overrides();
    multipaths();
    return std::move(text_);
  }

 private:
  void open(std::string_view name) {
    line(std::string(name) + " {", {});
    ++depth_;
  }
  void close() {
    --depth_;
    line("}", {});
  }

  void line(const std::string& entry, const std::optional<Origin>& origin) {
    text_ += std::string(depth_, '\t') + entry;
    if (origin && view_.origins == ConfigurationView::Origins::show)
      text_ += "  # " + printable(to_string(*origin));
    text_ += '\n';
  }

  void value(const Keyword& keyword, std::string_view value, const Origin& origin) {
    line(fmt::format(
             "{} {}", keyword.name,
             keyword.codec.is_printed_in_quotes(value) ? conf_quoted(value) : std::string(value)),
         origin);
  }

  void defaults() {
    open("defaults");
    for (const Keyword& keyword : keywords()) {
      if (!keyword.sections.contains(Section::defaults)) continue;
      const auto setting = configuration_.default_value(keyword);
      const bool is_set = setting.origin.kind == Origin::Kind::file;
      if (setting.value.empty() && !is_set && keyword.name != "prio_args") continue;
      value(keyword, setting.value, setting.origin);
    }
    close();
  }

  void rules(std::string_view name, const std::vector<BlacklistRule>& all) {
    constexpr std::array order{RuleKind::devnode, RuleKind::wwid, RuleKind::property,
                               RuleKind::protocol, RuleKind::device};
    open(name);
    for (const RuleKind kind : order)
      for (const BlacklistRule& rule : all)
        if (rule.kind == kind) one_rule(rule);
    close();
  }

  void one_rule(const BlacklistRule& rule) {
    if (rule.kind != RuleKind::device) return line(to_string(rule), rule.origin);
    open("device");
    if (rule.vendor) line("vendor " + conf_quoted(rule.vendor->text()), rule.origin);
    if (rule.product) line("product " + conf_quoted(rule.product->text()), rule.origin);
    close();
  }

  template <class Matches>
  bool is_shown(const Matches& matches) const {
    return !view_.hardware || std::ranges::any_of(*view_.hardware, matches);
  }

  void devices() {
    open("devices");
    for (const HardwareEntry& entry : built_in_hardware()) {
      if (entry.identification == Identification::never) continue;
      if (is_shown([&](const Subject& subject) {
            return matches(entry, subject.vendor, subject.product);
          }))
        built_in(entry);
    }
    for (const DeviceSection& device : configuration_.devices()) {
      if (is_shown([&](const Subject& subject) { return device.matches(subject); }))
        section("device", device.section, "devices");
    }
    close();
  }

  void built_in(const HardwareEntry& entry) {
    const Origin origin{
        Origin::Kind::hardware_table, fmt::format("{} {}", entry.vendor, entry.product), {}, ""};
    open("device");
    const auto put = [&](std::string_view name, std::string_view text) {
      if (const Keyword* keyword = find_keyword(name, Section::device))
        value(*keyword, text, origin);
    };
    put("vendor", entry.vendor);
    put("product", entry.product);
    if (!entry.product_blacklist.empty()) put("product_blacklist", entry.product_blacklist);
    for (const auto& [name, text] : entry.settings) put(name, text);
    close();
  }

  void assignments(const ConfSection& section, std::string_view where) {
    for (const Assignment& assignment : section.assignments) {
      if (section.find(assignment.keyword->name) != &assignment) continue;
      value(*assignment.keyword, assignment.value.text(),
            {Origin::Kind::file, "", assignment.place, std::string(where)});
    }
  }

  void section(std::string_view name, const ConfSection& section, std::string_view where) {
    open(name);
    assignments(section, where);
    close();
  }

  void overrides() {
    open("overrides");
    assignments(configuration_.overrides(), "overrides");
    for (const ConfSection& protocol : configuration_.protocols())
      section("protocol", protocol, "overrides");
    close();
  }

  void multipaths() {
    if (configuration_.multipaths().empty() && view_.units.empty()) return;
    open("multipaths");
    for (const ConfSection& unit : configuration_.multipaths())
      section("multipath", unit, "multipaths");
    for (const ConfigurationView::Unit& unit : view_.units) {
      const bool is_configured = std::ranges::any_of(
          configuration_.multipaths(),
          [&](const ConfSection& configured) { return configured.value_of("wwid") == unit.wwid; });
      if (is_configured) continue;
      open("multipath");
      line("wwid " + conf_quoted(unit.wwid), {});
      if (unit.alias != unit.wwid) line("# alias " + conf_quoted(printable(unit.alias)), {});
      close();
    }
    close();
  }

  const Configuration& configuration_;
  const ConfigurationView& view_;
  std::string text_;
  std::size_t depth_ = 0;
};

}  // namespace

std::string render(const Configuration& configuration, const ConfigurationView& view) {
  return Renderer(configuration, view).text();
}

}  // namespace multipath
