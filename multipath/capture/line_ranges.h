#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace multipath {

/// Finds the lines of a name in a text where these stand together, as in a capture's files: a range of lines for each
/// folder or device, not an entry for each line. Names are places in the text, which whoever asks gives each time,
/// so that both can move.
class LineRanges {
 public:
  struct Place {
    std::uint64_t at = 0;
    std::uint32_t size = 0;
    std::string_view in(std::string_view text) const { return text.substr(at, size); }
  };
  struct Range {
    Place name;
    std::uint32_t lines = 0;
    std::uint32_t earlier = 0;  ///< the range of this name before this one, from 1
    std::uint32_t first = 0;    ///< the first one of this name, from 1; set by index()
    std::uint64_t begin = 0, end = 0;
  };

  /// A name may come more than once.
  Range& add(Place name);
  /// The one that was added last; there must be one.
  Range& back() { return ranges_.back(); }
  /// To be called when all ranges were added; before, none is found.
  void index(std::string_view text);

  /// The last range of the name; nothing when it has none.
  const Range* last(std::string_view text, std::string_view name) const;
  /// The one before it.
  const Range* earlier(const Range& range) const {
    return range.earlier == 0 ? nullptr : &ranges_[range.earlier - 1];
  }

  const std::vector<Range>& all() const { return ranges_; }
  std::uint32_t index_of(const Range& range) const {
    return static_cast<std::uint32_t>(&range - ranges_.data());
  }

 private:
  /// Of a hash table: a name's last range. The hash spares a look at most other names.
  struct Slot {
    std::uint32_t upper_hash = 0;
    std::uint32_t range = 0;  ///< from 1; 0 is free
  };
  /// The name's slot, or the free one where it belongs.
  std::size_t slot_of(std::string_view text, std::string_view name, std::uint64_t hash) const;
  bool is_named(std::uint32_t range, std::string_view text, std::string_view name) const {
    return ranges_[range - 1].name.in(text) == name;
  }

  std::vector<Range> ranges_;
  std::vector<Slot> slots_;
  bool names_repeat_ = false;
  /// What was found last, from 1, as a name is often asked for again, and then the one behind it. Several threads may
  /// ask.
  mutable std::uint32_t recent_ = 0;
};

}  // namespace multipath
