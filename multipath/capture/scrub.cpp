#include "multipath/capture/scrub.h"

#include <algorithm>
#include <cctype>
#include <optional>
#include <regex>
#include <string_view>

#include "libsg/device_identification.h"
#include "libsg/vital_product_data.h"
#include "multipath/capture/chosen_names.h"
#include "multipath/capture/escape.h"
#include "multipath/capture/exchanges.h"
#include "multipath/capture/secrets.h"
#include "multipath/model/ascii.h"
#include "multipath/model/cut.h"

namespace multipath {
namespace {

// --- what is secret ---------------------------------------------------------------------------

/// NAA format and company id are in the first four bytes of formats 2, 3, 5 and 6.
constexpr std::size_t company_id_bytes = 4;

void gather_designator(const scsi::Designator& designator, Secrets& secrets) {
  const std::string text(designator.bytes.begin(), designator.bytes.end());
  switch (designator.type) {
    case scsi::DesignatorType::naa:
    case scsi::DesignatorType::eui64:
      secrets.add_bytes(designator.bytes, company_id_bytes);
      break;
    case scsi::DesignatorType::md5:
    case scsi::DesignatorType::uuid:
      secrets.add_bytes(designator.bytes, 0);
      break;
    default:
      secrets.add_words(text);
      break;
  }
}

void gather_page(const scsi::ByteVector& page, Secrets& secrets) {
  if (const auto identification = scsi::decode_device_identification(page)) {
    for (const auto& designator : identification->designators)
      gather_designator(designator, secrets);
    if (identification->pre_spc3) secrets.add_bytes(*identification->pre_spc3, company_id_bytes);
  }
  if (const auto serial = scsi::decode_unit_serial_number(page)) secrets.add_words(*serial);
}

/// The content of a fact's line, when its file has this name.
std::optional<std::string> content_of(std::string_view line, std::string_view file) {
  for (const std::string_view sign : {" =| ", " = "}) {
    const auto at = line.find(sign);
    if (at == std::string_view::npos || at < file.size()) continue;
    std::string_view folder = line.substr(0, at);
    if (!folder.ends_with(file)) continue;
    folder.remove_suffix(file.size());
    if (folder.ends_with('/') || folder.ends_with(' '))
      return unescape(line.substr(at + sign.size()));
  }
  return std::nullopt;
}

void gather_from_sysfs(std::string_view text, Secrets& secrets) {
  while (!text.empty()) {
    const std::string_view line = cut(text, '\n');
    for (const std::string_view page : {"vpd_pg83", "vpd_pg80"}) {
      if (const auto content = content_of(line, page))
        gather_page({content->begin(), content->end()}, secrets);
    }
    for (const std::string_view name : {"wwid", "serial", "port_name", "node_name"}) {
      if (const auto content = content_of(line, name)) secrets.add_words(*content);
    }
  }
}

void gather_from_udev(std::string_view text, Secrets& secrets) {
  while (!text.empty()) {
    const std::string_view line = cut(text, '\n');
    const auto sign = line.find('=');
    if (!line.starts_with('\t') || sign == std::string_view::npos) continue;
    const std::string_view key = line.substr(1, sign - 1);
    const std::string value = unescape(line.substr(sign + 1)).value_or("");
    constexpr std::size_t shortest_uuid = 6;
    if (key.find("UUID") != std::string_view::npos && value.size() >= shortest_uuid &&
        value.find_first_of("0123456789") != std::string::npos && key != "DM_UUID" &&
        secrets.replaced(value) == value)
      secrets.add_name(value);
    if (key.find("SERIAL") != std::string_view::npos || key.find("WWN") != std::string_view::npos)
      secrets.add_words(value);
  }
}

// --- what has a shape -------------------------------------------------------------------------

struct Shape {
  std::regex pattern;
  bool (*meant)(const std::string& found);
};

bool always(const std::string&) { return true; }

const std::vector<Shape>& shapes() {
  static const std::vector<Shape> all{
      {std::regex(R"(\b(?:[0-9]{1,3}\.){3}[0-9]{1,3}\b)"), always},
      {std::regex(R"(\b(?:[0-9A-Fa-f]{2}:){5}[0-9A-Fa-f]{2}\b)"), always},
      {std::regex(
           R"(\b(?:[0-9A-Fa-f]{1,4}:){7}[0-9A-Fa-f]{1,4}\b|\b[0-9A-Fa-f]{1,4}:(?:[0-9A-Fa-f]{0,4}:){1,6}:[0-9A-Fa-f]{1,4}\b)"),
       [](const std::string& found) {
         return found.find("::") != found.npos || found.size() > 15;
       }},
      {std::regex(R"(\b(?:iqn|nqn)\.[0-9]{4}-[0-9]{2}\.[A-Za-z0-9.:_-]+)"), always},
      // Of partitions, file systems and LUKS; of md; of LVM.
      {std::regex(R"(\b[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}\b)"), always},
      {std::regex(R"(\b[0-9A-Fa-f]{8}(?::[0-9A-Fa-f]{8}){3}\b)"), always},
      {std::regex(R"(\b[0-9A-Za-z]{6}-(?:[0-9A-Za-z]{4}-){5}[0-9A-Za-z]{6}\b)"), always},
  };
  return all;
}

/// Device-mapper's uuids of LVM (those of VG and LV, of 32 characters each) and of LUKS.
void gather_dm_uuids(const std::string& text, Secrets& secrets) {
  constexpr std::size_t length = 32;
  for (const std::string prefix : {"LVM-", "CRYPT-LUKS1-", "CRYPT-LUKS2-"}) {
    for (auto at = text.find(prefix); at != text.npos; at = text.find(prefix, at + 1)) {
      for (std::size_t begin = at + prefix.size(); begin + length <= text.size(); begin += length) {
        const std::string id = text.substr(begin, length);
        if (!std::ranges::all_of(id, is_alphanumeric)) break;
        secrets.add_name(id);
      }
    }
  }
}

/// Names and addresses that are known by how they look become secrets themselves.
void gather_shapes(const std::string& text, Secrets& secrets) {
  gather_dm_uuids(text, secrets);
  for (const Shape& shape : shapes()) {
    for (std::sregex_iterator it(text.begin(), text.end(), shape.pattern), end; it != end; ++it) {
      if (shape.meant(it->str())) secrets.add_name(it->str());
    }
  }
}

/// A cheap look, as most lines have none.
bool may_have_shapes(std::string_view line) {
  for (const std::string_view sign : {"iqn.", "nqn.", "::", "LVM-", "CRYPT-"})
    if (line.find(sign) != line.npos) return true;
  constexpr auto colons_of_md = 3, dashes_of_uuid = 4, dots_of_ipv4 = 3;
  if (std::ranges::count(line, ':') >= colons_of_md) return true;
  if (std::ranges::count(line, '-') >= dashes_of_uuid) return true;
  int dots = 0;
  for (const char c : line) {
    if (c == '.') {
      if (++dots == dots_of_ipv4) return true;
    } else if (c < '0' || c > '9') {
      dots = 0;
    }
  }
  return false;
}

// --- replacing --------------------------------------------------------------------------------

std::string replaced_words(std::string_view words, const Secrets& secrets) {
  std::string text;
  while (!words.empty()) {
    const std::string_view spelled = cut(words, ' ');
    if (spelled.empty()) continue;
    const auto word = unescape(spelled);
    if (!text.empty()) text += ' ';
    text += word ? escape_word(secrets.replaced(*word)) : std::string(spelled);
  }
  return text;
}

std::string replaced_text(std::string_view text, const Secrets& secrets) {
  const auto bytes = unescape(text);
  return bytes ? escape_text(secrets.replaced(*bytes)) : std::string(text);
}

std::string replaced_fact(std::string_view line, const Secrets& secrets) {
  if (line.starts_with('#')) return "#";
  if (line.empty() || line == "}") return std::string(line);
  if (line.front() == '\t') return "\t" + replaced_text(line.substr(1), secrets);
  if (line.front() == ' ') return " " + replaced_fact(line.substr(1), secrets);
  const auto name_end = std::min(line.find(' '), line.size());
  std::string result = replaced_words(line.substr(0, name_end), secrets);
  std::string_view rest = line.substr(name_end);
  for (const std::string_view sign : {" = ", " =| ", " -> "}) {
    if (rest.starts_with(sign))
      return result + std::string(sign) + replaced_text(rest.substr(sign.size()), secrets);
  }
  constexpr std::string_view list = " / ";
  if (rest.starts_with(list))
    return result + std::string(list) + replaced_words(rest.substr(list.size()), secrets);
  return result + std::string(rest);
}

std::string replaced_facts(std::string_view text, const Secrets& secrets) {
  std::string result;
  while (!text.empty()) result += replaced_fact(cut(text, '\n'), secrets) + "\n";
  return result;
}

std::string replaced_hex(const std::string& text, const Secrets& secrets) {
  const auto bytes = parse_hex_text(text);
  if (!bytes) return text;
  const std::string other = secrets.replaced(std::string(bytes->begin(), bytes->end()));
  const std::string comment = text.substr(2, text.find('\n') - 2);
  return hex_text({other.begin(), other.end()}, comment);
}

/// The keys of persistent reservations: of the prkeys file, a line "KEY WWID", and of reservation_key.
void gather_keys(const std::string& file, std::string_view text, Secrets& secrets) {
  const bool prkeys = file.ends_with("/prkeys");
  if (!prkeys && !file.ends_with(".conf")) return;
  while (!text.empty()) {
    std::string_view line = cut(text, '\n');
    line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
    constexpr std::string_view keyword = "reservation_key";
    if (!prkeys && !line.starts_with(keyword)) continue;
    if (!prkeys) line.remove_prefix(keyword.size());
    line.remove_prefix(std::min(line.find_first_not_of(" \t\""), line.size()));
    secrets.add_key(line.substr(0, line.find_first_of(" \t\":")));
  }
}

/// Of the vendor specific bytes of INQUIRY data (36 to 55), which often have a serial number.
void gather_inquiry(std::string_view text, Secrets& secrets) {
  constexpr std::size_t begin = 36, length = 20;
  while (!text.empty()) {
    const auto content = content_of(cut(text, '\n'), "inquiry");
    if (content && content->size() > begin) secrets.add_words(content->substr(begin, length));
  }
}

bool is_facts(const std::string& file) { return file.ends_with(".txt") && file != "scsi.txt"; }
bool is_hex(const std::string& file) { return file.starts_with("scsi/"); }

}  // namespace

Capture scrub(const Capture& capture, std::uint64_t salt,
              const std::vector<std::string>& host_names) {
  Secrets secrets(salt);
  for (const std::string& name : host_names) {
    constexpr std::string_view nobodys = "localhost";
    if (name.size() > 2 && name != nobodys) secrets.add_name(name);
  }
  for (const auto& [file, text] : capture.files) {
    if (is_hex(file)) {
      if (const auto bytes = parse_hex_text(text)) gather_page(*bytes, secrets);
      continue;
    }
    for (std::string_view rest = text; !rest.empty();) {
      const std::string_view line = cut(rest, '\n');
      if (may_have_shapes(line)) gather_shapes(unescape(line).value_or(std::string(line)), secrets);
    }
    if (file == "sys.txt") gather_from_sysfs(text, secrets);
    if (file == "sys.txt") gather_inquiry(text, secrets);
    if (file == "udev.txt") gather_from_udev(text, secrets);
    gather_keys(file, text, secrets);
  }
  for (const std::string& word : chosen_words(capture)) secrets.add_chosen_word(word);
  Capture result;
  for (const auto& [file, text] : capture.files) {
    if (file == "capture") {
      // What the files are, and by which program: its comment stays.
      result.files[file] = secrets.replaced(text);
      continue;
    }
    result.files[file] = is_hex(file)     ? replaced_hex(text, secrets)
                         : is_facts(file) ? replaced_facts(text, secrets)
                                          : secrets.replaced(without_comments(text));
  }
  return result;
}

}  // namespace multipath
