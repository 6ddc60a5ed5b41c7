#include "multipath/capture/chosen_names.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <functional>
#include <string_view>

#include "multipath/capture/escape.h"
#include "multipath/model/ascii.h"
#include "multipath/model/cut.h"
#include "multipath/model/wwid.h"

namespace multipath {
namespace {

void each_word(std::string_view text, const std::function<void(std::string_view)>& take) {
  for (std::size_t begin = 0; begin < text.size();) {
    std::size_t end = begin;
    while (end < text.size() && is_alphanumeric(text[end])) ++end;
    if (end > begin) take(text.substr(begin, end - begin));
    begin = std::max(end, begin + 1);
  }
}

/// Words of paths, units and options that are on every host, and those that LVM puts behind the names of volumes.
constexpr std::string_view common_words =
    "Linux alias app bin block boot bpf btrfs bus busybox cgroup cgroup2 char cifs "
    "configfs config console control core crypt daemon data debug debugfs deleted dev "
    "devices devpts devtmpfs disk dm dmeventd etc ext2 ext3 ext4 fd file fs fuse home "
    "host hugepages id init kernel lib lib64 linear live local log lun lvm mapper md "
    "mdmon media memfd mnt mount mpath mqueue multipath multipathd name net nfs nfs4 none "
    "null opt overlay part path proc pstore ptmx pts root rpc run sbin scope scsi "
    "securityfs service session shm slice snap socket srv swap sys sysfs system systemd "
    "target tmp tmpfs tracefs tty udev udevd uevent user usr uuid var vfat virtual "
    "working wwn xfs zero zfs real cow tpool tdata tmeta cdata cmeta corig cvol cpool "
    "vdata vpool rimage rmeta mimage mlog pmspare imeta integrity dif linux capture ";

/// The lines of facts: the names of folder and leaf, and what is behind.
struct FactLine {
  std::string folder, leaf;
  std::string_view sign;
  std::string value;  ///< unescaped
};

void each_fact(std::string_view text, const std::function<void(const FactLine&)>& take) {
  FactLine fact;
  std::string block_folder, block_leaf;
  std::string open_folder;
  while (!text.empty()) {
    std::string_view line = cut(text, '\n');
    if (line.empty() || line.front() == '#' || line == "}") continue;
    if (line.front() == '\t') {
      fact.value = unescape(line.substr(1)).value_or("");
      fact.sign = "{";
      take(fact);
      continue;
    }
    const bool in_folder = line.front() == ' ';
    if (in_folder) line.remove_prefix(1);
    const std::string name = unescape(cut(line, ' ')).value_or("");
    const std::string_view sign = cut(line, ' ');
    if (sign == ":") {
      open_folder = name;
      continue;
    }
    const auto slash = name.rfind('/');
    fact.folder = in_folder ? open_folder : slash == name.npos ? "" : name.substr(0, slash);
    fact.leaf = in_folder || slash == name.npos ? name : name.substr(slash + 1);
    fact.sign = sign;
    fact.value = sign == "/" ? std::string(line) : unescape(line).value_or("");
    take(fact);
  }
}

class Words {
 public:
  explicit Words(const Capture& capture) : capture_(capture) {
    know(common_words);
    gather_known();
  }

  std::set<std::string> chosen() {
    gather_maps();
    gather_processes();
    gather_udev();
    gather_links();
    gather_configuration();
    return std::move(chosen_);
  }

 private:
  std::string_view text_of(const std::string& file) const {
    const auto found = capture_.files.find(file);
    return found == capture_.files.end() ? std::string_view() : std::string_view(found->second);
  }

  void know(std::string_view text) {
    each_word(text, [&](std::string_view word) { known_.emplace(word); });
  }

  /// The words of attributes and folders below /sys and /proc, of udev's properties and of keywords.
  void gather_known() {
    for (const char* file : {"sys.txt", "proc.txt"}) {
      each_fact(text_of(file), [&](const FactLine& fact) {
        know(fact.leaf);
        // The list of a directory of attributes; those of configfs and of file systems have names of people.
        if (fact.sign == "/" && fact.folder != "fs" &&
            fact.folder.find("config") == std::string::npos)
          know(fact.value);
      });
    }
    for (std::string_view rest = text_of("udev.txt"); !rest.empty();) {
      const std::string_view line = cut(rest, '\n');
      if (line.starts_with('\t')) know(line.substr(0, line.find('=')));
    }
    for (const auto& [file, text] : capture_.files) {
      if (!file.ends_with(".conf")) continue;
      for (std::string_view rest = text; !rest.empty();) {
        std::string_view line = cut(rest, '\n');
        line = line.substr(0, line.find('#'));
        line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
        const std::string_view keyword = line.substr(0, line.find_first_of(" \t"));
        know(is_choice(keyword) ? keyword : line);
      }
    }
  }

  static bool is_choice(std::string_view keyword) {
    return keyword == "alias" || keyword == "wwid" || keyword == "reservation_key";
  }

  void choose(std::string_view text) {
    constexpr std::size_t shortest = 3;
    each_word(text, [&](std::string_view word) {
      const bool number = std::ranges::all_of(
          word, [](char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; });
      if (word.size() < shortest || number || known_.contains(word) || is_made(word)) return;
      chosen_.emplace(word);
    });
  }

  /// "mpathab", "part12", "sda1", "dm0": made by programs.
  static bool is_made(std::string_view word) {
    const auto letters = std::min(word.find_first_of("0123456789"), word.size());
    const bool digits_behind =
        word.find_first_not_of("0123456789", letters) == std::string_view::npos;
    if (word.starts_with("mpath") && digits_behind && letters <= 8) return true;
    constexpr std::array<std::string_view, 12> kinds{
        "part", "p", "dm", "md", "loop", "sr", "tty", "lun", "pid", "cpu", "ram", "kworker"};
    return digits_behind && (std::ranges::find(kinds, word.substr(0, letters)) != kinds.end() ||
                             (word.starts_with("sd") && letters <= 5));
  }

  void gather_maps() {
    std::set<std::string> by_wwid;
    each_fact(text_of("dm.txt"), [&](const FactLine& fact) {
      constexpr std::string_view folder = "map/";
      if (fact.leaf != "uuid" || !fact.folder.starts_with(folder)) return;
      const std::string name = fact.folder.substr(folder.size());
      const auto at = fact.value.find(map_uuid_prefix);
      const bool is_wwid = at != std::string::npos &&
                           !fact.value.substr(at + map_uuid_prefix.size()).empty() &&
                           name.starts_with(fact.value.substr(at + map_uuid_prefix.size()));
      if (!is_wwid) choose(name);
    });
  }

  void gather_processes() {
    each_fact(text_of("proc.txt"), [&](const FactLine& fact) {
      if (fact.sign == "->" && fact.value.starts_with('/')) choose(fact.value);
      if (fact.sign == "!" || fact.sign == "!>" || fact.sign == "/" || fact.sign == "!/") return;
      if (fact.leaf == "comm" || fact.leaf == "cgroup") choose(fact.value);
      if (fact.leaf == "stat") choose(fact.value.substr(0, fact.value.rfind(')')));
      if (fact.leaf == "mountinfo" || fact.leaf == "mounts" || fact.leaf == "swaps")
        choose_paths(fact.value);
    });
  }

  /// Of a line of a table: its paths, and what options are set to.
  void choose_paths(std::string_view line) {
    while (!line.empty()) {
      std::string_view field = cut(line, ' ');
      field.remove_prefix(std::min(field.find_first_not_of('\t'), field.size()));
      if (field.starts_with('/')) choose(field.substr(0, field.find('\t')));
      while (!field.empty()) {
        std::string_view option = cut(field, ',');
        const std::string_view key = option.substr(0, option.find('='));
        constexpr std::array<std::string_view, 8> names{"subvol",  "username",   "user",
                                                        "domain",  "upperdir",   "lowerdir",
                                                        "workdir", "credentials"};
        if (key.size() < option.size() && std::ranges::find(names, key) != names.end())
          choose(option.substr(key.size()));
      }
    }
  }

  void gather_udev() {
    for (std::string_view rest = text_of("udev.txt"); !rest.empty();) {
      const std::string_view line = cut(rest, '\n');
      const auto sign = line.find('=');
      if (!line.starts_with('\t') || sign == std::string_view::npos) continue;
      const std::string_view key = line.substr(1, sign - 1);
      const bool label = key.find("LABEL") != key.npos || key == "ID_PART_ENTRY_NAME" ||
                         key == "MD_NAME" || key == "MD_DEVNAME" || key == "DM_VG_NAME" ||
                         key == "DM_LV_NAME";
      if (label) choose(unescape(line.substr(sign + 1)).value_or(""));
    }
  }

  void gather_links() {
    each_fact(text_of("dev.txt"), [&](const FactLine& fact) {
      const bool named = fact.folder.find("label") != std::string::npos ||
                         fact.leaf.find("label") != std::string::npos;
      if (fact.sign == "/" && named) choose(fact.value);
    });
  }

  void gather_configuration() {
    for (const auto& [file, text] : capture_.files) {
      const bool bindings = file.ends_with("/bindings");
      if (!bindings && !file.ends_with(".conf")) continue;
      for (std::string_view rest = text; !rest.empty();) {
        std::string_view line = cut(rest, '\n');
        line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
        if (line.starts_with('#')) continue;
        const std::string_view keyword = line.substr(0, line.find_first_of(" \t"));
        if (bindings) choose(keyword);
        if (keyword == "alias") choose(line.substr(keyword.size(), line.find('#')));
      }
    }
  }

  const Capture& capture_;
  std::set<std::string, std::less<>> known_;
  std::set<std::string> chosen_;
};

}  // namespace

std::set<std::string> chosen_words(const Capture& capture) { return Words(capture).chosen(); }

std::string without_comments(const std::string& text) {
  std::string result;
  for (std::string_view rest = text; !rest.empty();) {
    const bool ends = rest.find('\n') != std::string_view::npos;
    const std::string_view line = cut(rest, '\n');
    bool quoted = false;
    std::size_t end = 0;
    for (; end < line.size(); ++end) {
      if (line[end] == '"') quoted = !quoted;
      const bool begins = end == 0 || line[end - 1] == ' ' || line[end - 1] == '\t';
      if (!quoted && begins && (line[end] == '#' || line[end] == '!')) break;
    }
    result += line.substr(0, std::min(end + 1, line.size()));
    if (ends) result += '\n';
  }
  return result;
}

}  // namespace multipath
