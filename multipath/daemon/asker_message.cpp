#include "multipath/daemon/asker_message.h"

#include "multipath/daemon/packing.h"

namespace multipath {

// The bindings name every member: a structure that gets another one no longer compiles here.

template <typename Archive>
void fields(Archive& archive, DeviceNumber& number) {
  auto& [major_part, minor_part] = number;
  archive(major_part, minor_part);
}
template <typename Archive>
void fields(Archive& archive, ScsiAddress& address) {
  auto& [host, channel, target, lun] = address;
  archive(host, channel, target, lun);
}
template <typename Archive>
void fields(Archive& archive, ScsiPath& path) {
  auto& [sg_node, peripheral_type, tpgs, port_group, hardware_handler] = path;
  archive(sg_node, peripheral_type, tpgs, port_group, hardware_handler);
}
template <typename Archive>
void fields(Archive& archive, NvmePath& path) {
  auto& [needs_bio] = path;
  archive(needs_bio);
}
template <typename Archive>
void fields(Archive& /*archive*/, DasdPath& /*path*/) {}
template <typename Archive>
void fields(Archive& archive, NameOfMap& name) {
  auto& [wwid, rule, own] = name;
  archive(wwid, rule, own);
}
template <typename Archive>
void fields(Archive& archive, PathUser& user) {
  auto& [holder, text, runs_host, of_unit] = user;
  archive(holder, text, runs_host, of_unit);
}
template <typename Archive>
void fields(Archive& archive, Path& path) {
  auto& [kname, number, transport, address, udev_order, size_sectors, read_only, state, vendor,
         product, revision, wwid, identity_source, name_of_map, recognition, checker_state,
         priority, rated_by_access_state, serial, target_node_name, answered, excluded, holders,
         users, trouble] = path;
  archive(kname, number, transport, address, udev_order, size_sectors, read_only, state, vendor,
          product, revision, wwid, identity_source, name_of_map, recognition, checker_state,
          priority, rated_by_access_state, serial, target_node_name, answered, excluded, holders,
          users, trouble);
}
template <typename Archive>
void fields(Archive& archive, Finding& finding) {
  auto& [severity, subject, text] = finding;
  archive(severity, subject, text);
}

template <typename Archive>
void fields(Archive& archive, ConfigurationText& configuration) {
  auto& [file, text] = configuration;
  archive(file, text);
}

namespace watch {

template <typename Archive>
void fields(Archive& archive, Ask& ask) {
  auto& [question, number, identity, read, deadline] = ask;
  auto since = deadline.time_since_epoch().count();
  archive(question, number, identity, read, since);
  deadline = Instant(Duration(since));
}
template <typename Archive>
void fields(Archive& archive, Answer& answer) {
  auto& [question, state, priority, wwid, detail] = answer;
  archive(question, state, priority, wwid, detail);
}

}  // namespace watch

namespace daemon {

template <typename Archive>
void fields(Archive& archive, SurveyRequest& request) {
  auto& [number, reload_all, devices] = request;
  archive(number, reload_all, devices);
}
template <typename Archive>
void fields(Archive& /*archive*/, ConfigurationRequest& /*request*/) {}
template <typename Archive>
void fields(Archive& archive, ReadConfiguration& reply) {
  auto& [texts, failure] = reply;
  archive(texts, failure);
}
template <typename Archive>
void fields(Archive& archive, PlannedChange& change) {
  auto& [wwid, name, verb, reason] = change;
  archive(wwid, name, verb, reason);
}
template <typename Archive>
void fields(Archive& archive, Survey& survey) {
  auto& [number, whole_host, paths, changes, done, findings, failure] = survey;
  archive(number, whole_host, paths, changes, done, findings, failure);
}

namespace {

using Length = std::uint64_t;

template <typename Message>
std::string framed(const Message& message) {
  const std::string bytes = packed(message);
  const Length length = bytes.size();
  return std::string(reinterpret_cast<const char*>(&length), sizeof length) + bytes;
}

template <typename Message>
std::optional<Message> take(std::string& stream) {
  // A survey of 100,000 paths has about 50 MB.
  constexpr Length longest = Length{1} << 30U;
  Length length = 0;
  if (stream.size() < sizeof length) return std::nullopt;
  std::memcpy(&length, stream.data(), sizeof length);
  if (length > longest) throw BadPacking("a message is too long");
  if (stream.size() - sizeof length < length) return std::nullopt;
  auto message = unpacked<Message>(std::string_view(stream).substr(sizeof length, length));
  stream.erase(0, sizeof length + length);
  return message;
}

}  // namespace

std::string message_of(const AskerRequest& request) { return framed(request); }
std::string message_of(const AskerReply& reply) { return framed(reply); }
std::optional<AskerRequest> take_request(std::string& stream) { return take<AskerRequest>(stream); }
std::optional<AskerReply> take_reply(std::string& stream) { return take<AskerReply>(stream); }

}  // namespace daemon
}  // namespace multipath
