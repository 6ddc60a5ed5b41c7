#pragma once

#include <cstdint>
#include <cstring>
#include <map>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "multipath/model/path.h"
#include "multipath/model/wwid.h"

namespace multipath::daemon {

/// Bytes that do not decode.
class BadPacking : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Values as bytes, between two processes of one program: numbers in the byte order of the host,
/// lengths before what varies. A structure is packed by a function fields(archive, structure) in its
/// namespace or in this one, which passes all members to the archive.
class Packer {
 public:
  template <typename... T>
  void operator()(const T&... values) {
    (pack(values), ...);
  }
  const std::string& bytes() const { return bytes_; }

 private:
  template <typename T>
  void pack(const T& value) {
    if constexpr (std::is_arithmetic_v<T> || std::is_enum_v<T>)
      bytes_.append(reinterpret_cast<const char*>(&value), sizeof value);
    else
      fields(*this, const_cast<T&>(value));  // an archive that packs changes nothing
  }
  void pack(const std::string& text) {
    pack(text.size());
    bytes_ += text;
  }
  void pack(const Wwid& wwid) { pack(wwid.text()); }
  template <typename T>
  void pack(const std::optional<T>& value) {
    pack(value.has_value());
    if (value) pack(*value);
  }
  template <typename T>
  void pack(const std::vector<T>& values) {
    pack(values.size());
    for (const T& value : values) pack(value);
  }
  template <typename T>
  void pack(const std::set<T>& values) {
    pack(values.size());
    for (const T& value : values) pack(value);
  }
  template <typename... T>
  void pack(const std::variant<T...>& value) {
    pack(value.index());
    std::visit([this](const auto& alternative) { pack(alternative); }, value);
  }

  std::string bytes_;
};

/// The reverse. Every read throws BadPacking rather than going past the end.
class Unpacker {
 public:
  explicit Unpacker(std::string_view bytes) : rest_(bytes) {}

  template <typename... T>
  void operator()(T&... values) {
    (unpack(values), ...);
  }
  bool is_at_end() const { return rest_.empty(); }

 private:
  std::string_view take(std::size_t size) {
    if (size > rest_.size()) throw BadPacking("a packed value is cut short");
    const std::string_view taken = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return taken;
  }
  /// Every packed element has a byte at least, so a count is never above the rest.
  std::size_t count() {
    std::size_t size = 0;
    unpack(size);
    if (size > rest_.size()) throw BadPacking("a packed list is cut short");
    return size;
  }

  template <typename T>
  void unpack(T& value) {
    if constexpr (std::is_same_v<T, bool>)
      value = take(1).front() != '\0';
    else if constexpr (std::is_arithmetic_v<T> || std::is_enum_v<T>)
      std::memcpy(&value, take(sizeof value).data(), sizeof value);
    else
      fields(*this, value);
  }
  void unpack(std::string& text) { text = take(count()); }
  Wwid unpacked_wwid() {
    std::string text;
    unpack(text);
    auto wwid = Wwid::from_text(text);
    if (!wwid) throw BadPacking("a packed WWID is not a WWID");
    return std::move(*wwid);
  }
  void unpack(Wwid& wwid) { wwid = unpacked_wwid(); }
  template <typename T>
  T unpacked() {
    if constexpr (std::is_same_v<T, Wwid>) {
      return unpacked_wwid();
    } else if constexpr (std::is_same_v<T, NameOfMap>) {
      T value{*Wwid::from_text("0"), {}, {}};
      fields(*this, value);
      return value;
    } else {
      T value{};
      unpack(value);
      return value;
    }
  }
  template <typename T>
  void unpack(std::optional<T>& value) {
    bool there = false;
    unpack(there);
    value.reset();
    if (there) value.emplace(unpacked<T>());
  }
  template <typename T>
  void unpack(std::vector<T>& values) {
    const std::size_t size = count();
    values.clear();
    for (std::size_t i = 0; i < size; ++i) values.push_back(unpacked<T>());
  }
  template <typename T>
  void unpack(std::set<T>& values) {
    const std::size_t size = count();
    values.clear();
    for (std::size_t i = 0; i < size; ++i) values.insert(unpacked<T>());
  }
  template <typename... T>
  void unpack(std::variant<T...>& value) {
    std::size_t index = 0;
    unpack(index);
    std::size_t candidate = 0;
    const bool found =
        ((candidate++ == index ? (value.template emplace<T>(unpacked<T>()), true) : false) || ...);
    if (!found) throw BadPacking("a packed variant has an unknown alternative");
  }

  std::string_view rest_;
};

template <typename T>
std::string packed(const T& value) {
  Packer packer;
  packer(value);
  return packer.bytes();
}

/// Throws BadPacking.
template <typename T>
T unpacked(std::string_view bytes) {
  T value{};
  Unpacker unpacker(bytes);
  unpacker(value);
  if (!unpacker.is_at_end()) throw BadPacking("bytes follow a packed value");
  return value;
}

}  // namespace multipath::daemon
