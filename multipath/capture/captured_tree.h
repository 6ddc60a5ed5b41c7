#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "multipath/capture/facts.h"
#include "multipath/capture/missing.h"
#include "multipath/host/sys_tree.h"

namespace multipath {

/// A recorded /sys, /proc or /dev. What was recorded under one name of a block device's folder
/// answers for its other names: class/block/KNAME, dev/block/MAJOR:MINOR and the folder below
/// devices/ that both link to. What was recorded under none of them is noted as missing.
class CapturedTree final : public SysTree {
 public:
  /// `root` is the tree's place on the host, "/sys", for messages.
  CapturedTree(std::string root, Facts facts, Missing& missing);

  std::optional<std::string> read(std::string_view path) const override;
  std::optional<std::vector<std::string>> list(std::string_view path) const override;
  std::optional<std::string> read_link(std::string_view path) const override;
  bool exists(std::string_view path) const override;

 private:
  template <typename T>
  std::optional<T> answer(const char* verb, std::string_view path,
                          Facts::Recorded<T> (Facts::*ask)(std::string_view) const) const;
  std::vector<std::string> other_names(std::string_view path) const;
  std::optional<std::string> device_folder(std::string_view link) const;

  std::string root_;
  Facts facts_;
  Missing& missing_;
};

}  // namespace multipath
