#include "tests/lab/tcmu/disk.h"

#include <sys/uio.h>

#include <algorithm>
#include <cstdio>
#include <iostream>
#include <stdexcept>
#include <string>

#include <fcntl.h>
#include <unistd.h>

namespace tcmu {
namespace {

constexpr std::uint64_t block_size = 512;

enum : std::uint8_t {
  test_unit_ready = 0x00,
  request_sense = 0x03,
  read_6 = 0x08,
  write_6 = 0x0a,
  inquiry = 0x12,
  mode_sense_6 = 0x1a,
  start_stop_unit = 0x1b,
  prevent_allow = 0x1e,
  read_capacity_10 = 0x25,
  read_10 = 0x28,
  write_10 = 0x2a,
  verify_10 = 0x2f,
  synchronize_cache_10 = 0x35,
  mode_sense_10 = 0x5a,
  read_16 = 0x88,
  write_16 = 0x8a,
  verify_16 = 0x8f,
  synchronize_cache_16 = 0x91,
  service_action_in_16 = 0x9e,
  maintenance_in = 0xa3,
  read_12 = 0xa8,
  write_12 = 0xaa,
};

// Where a command says which blocks it means (SBC-4 5.), and how much it has room for
// (SPC-5 4.2.5.6).
struct Field {
  std::uint8_t opcode;
  std::size_t at;
  std::size_t bytes;
};
constexpr Field block_address_fields[] = {{read_6, 1, 3},   {write_6, 1, 3}, {read_10, 2, 4},
                                          {write_10, 2, 4}, {read_12, 2, 4}, {write_12, 2, 4},
                                          {read_16, 2, 8},  {write_16, 2, 8}};
constexpr Field allocation_fields[] = {{request_sense, 4, 1},         {inquiry, 3, 2},
                                       {mode_sense_6, 4, 1},          {mode_sense_10, 7, 2},
                                       {service_action_in_16, 10, 4}, {maintenance_in, 6, 4}};

template <std::size_t N>
const Field* field_of(const Field (&fields)[N], std::uint8_t opcode) {
  const Field* field = std::find_if(std::begin(fields), std::end(fields),
                                    [&](const Field& f) { return f.opcode == opcode; });
  return field == std::end(fields) ? nullptr : field;
}

std::size_t allocation_length(const Command& command) {
  const Field* field = field_of(allocation_fields, command.opcode());
  return field == nullptr ? capacity(command) : big_endian(command.cdb, field->at, field->bytes);
}

std::string page_file(std::uint8_t code, const std::string& suffix) {
  char name[8];
  std::snprintf(name, sizeof name, "pg%02x", code);
  return name + suffix + ".hex";
}

Answer invalid_field() { return check_condition(0x05, 0x24, 0x00); }
Answer invalid_opcode() { return check_condition(0x05, 0x20, 0x00); }

// Bytes without any meaning, the same in each run.
Bytes garbage(std::size_t count) {
  Bytes bytes(count);
  std::uint32_t state = 0x2545f491;
  for (std::uint8_t& byte : bytes) {
    state = state * 1664525 + 1013904223;
    byte = static_cast<std::uint8_t>(state >> 24);
  }
  return bytes;
}

}  // namespace

void Disk::refresh_behaviour() {
  const std::string text = read_text(directory_ / "behaviour").value_or("");
  if (text == behaviour_.text()) return;
  try {
    behaviour_ = Behaviour(text);
  } catch (const std::runtime_error& error) {
    std::cerr << "tcmu_disk: " << directory_.string() << "/behaviour: " << error.what()
              << std::endl;
  }
}

Action Disk::follow(const Command& command) {
  refresh_behaviour();
  return behaviour_.follow(command);
}

Action Disk::look(const Command& command) {
  refresh_behaviour();
  return behaviour_.look(command);
}

Answer Disk::answer(const Command& command, const Action& action) {
  switch (action.verb) {
    case Verb::status:
      return {.status = static_cast<std::uint8_t>(action.number)};
    case Verb::sense:
      return check_condition(action.bytes[0], action.bytes[1], action.bytes[2]);
    case Verb::raw_sense:
      return {.status = 0x02, .sense = action.bytes};
    case Verb::shorten:
    case Verb::pad:
    case Verb::recovered:
    case Verb::garbage:
    case Verb::page:
    case Verb::rotate:
      return data_answer(command, action);
    case Verb::answer:
    case Verb::hang:
    case Verb::slow:
      break;
  }
  return proper_answer(command);
}

Answer Disk::proper_answer(const Command& command) const {
  switch (command.opcode()) {
    case test_unit_ready:
    case start_stop_unit:
    case prevent_allow:
    case synchronize_cache_10:
    case synchronize_cache_16:
    case verify_10:
    case verify_16:
      return {};
    default:
      break;
  }
  if (field_of(block_address_fields, command.opcode()) != nullptr) return transfer(command);
  try {
    std::optional<Bytes> data = data_of(command, std::nullopt);
    if (!data) return invalid_opcode();
    data->resize(std::min(data->size(), allocation_length(command)));
    return {.transferred = scatter(command, *data)};
  } catch (const std::runtime_error& error) {
    std::cerr << "tcmu_disk: " << error.what() << std::endl;
    return invalid_field();
  } catch (const std::invalid_argument&) {
    return invalid_field();
  }
}

// An answer with data, and something wrong with it. Commands without data answer properly.
Answer Disk::data_answer(const Command& command, const Action& action) {
  std::optional<Bytes> data;
  try {
    if (action.verb == Verb::page) {
      data = data_of(command, static_cast<std::uint8_t>(action.number));
    } else if (action.verb == Verb::rotate) {
      data = next_in_turn(command);
    } else if (action.verb == Verb::garbage) {
      data = garbage(capacity(command));
    } else {
      data = data_of(command, std::nullopt);
    }
  } catch (const std::logic_error&) {
    return invalid_field();
  }
  if (!data) return proper_answer(command);
  data->resize(std::min(data->size(), allocation_length(command)));
  if (action.verb == Verb::shorten || action.verb == Verb::pad) {
    data->resize(std::min<std::size_t>(data->size(), action.number));
  }
  Answer answer;
  if (action.verb == Verb::recovered) answer = check_condition(0x01, 0x17, 0x01);
  answer.transferred = scatter(command, *data);
  if (action.verb == Verb::pad) answer.residual = Residual::hidden;
  return answer;
}

// Nothing when the command is not one that returns a description; throws std::invalid_argument for
// a page which the disk does not have.
std::optional<Bytes> Disk::data_of(const Command& command,
                                   std::optional<std::uint8_t> other_page) const {
  switch (command.opcode()) {
    case inquiry:
      if ((command.cdb[1] & 1) != 0) return page(other_page.value_or(command.cdb[2]));
      return read_hex(directory_ / "inquiry.hex");
    case request_sense:
      return check_condition(0, 0, 0).sense;
    case read_capacity_10:
      return capacity_data(command);
    case service_action_in_16:
      if ((command.cdb[1] & 0x1f) != 0x10) return std::nullopt;
      return capacity_data(command);
    case mode_sense_6:
    case mode_sense_10:
      return mode_data(command);
    case maintenance_in:
      if ((command.cdb[1] & 0x1f) != 0x0a) return std::nullopt;
      return read_hex(directory_ / "rtpg.hex");
    default:
      return std::nullopt;
  }
}

Bytes Disk::page(std::uint8_t code) const {
  if (const std::optional<Bytes> saved = read_hex(directory_ / page_file(code, ""))) return *saved;
  if (code == 0x00) return supported_pages();
  throw std::invalid_argument("no such page");
}

// The files pgXX.1.hex, pgXX.2.hex... one after the other, then from the start again.
std::optional<Bytes> Disk::next_in_turn(const Command& command) {
  const std::uint8_t code = command.cdb[2];
  unsigned& turn = turns_[code];
  for (const unsigned candidate : {turn + 1, 1U}) {
    const auto saved = read_hex(directory_ / page_file(code, "." + std::to_string(candidate)));
    if (!saved) continue;
    turn = candidate;
    return saved;
  }
  return data_of(command, std::nullopt);
}

Bytes Disk::supported_pages() const {
  const Bytes standard = read_hex(directory_ / "inquiry.hex").value_or(Bytes{0});
  Bytes codes{0x00};
  for (unsigned code = 1; code <= 0xff; ++code) {
    const auto byte = static_cast<std::uint8_t>(code);
    if (std::filesystem::exists(directory_ / page_file(byte, ""))) codes.push_back(byte);
  }
  Bytes bytes{standard.empty() ? std::uint8_t{0} : standard[0], 0x00};
  append_big_endian(bytes, codes.size(), 2);
  bytes.insert(bytes.end(), codes.begin(), codes.end());
  return bytes;
}

std::uint64_t Disk::size() const {
  const auto text = read_text(directory_ / "size");
  return text ? std::stoull(*text) : 64 * 1024 * 1024;
}

bool Disk::is_read_only() const { return std::filesystem::exists(directory_ / "read-only"); }

Bytes Disk::capacity_data(const Command& command) const {
  const std::uint64_t last_block = size() / block_size - 1;
  Bytes bytes;
  if (command.opcode() == read_capacity_10) {
    append_big_endian(bytes, std::min<std::uint64_t>(last_block, 0xffffffff), 4);
    append_big_endian(bytes, block_size, 4);
  } else {
    append_big_endian(bytes, last_block, 8);
    append_big_endian(bytes, block_size, 4);
    bytes.resize(32);
  }
  return bytes;
}

// SPC-5 7.5.6: the header, then the caching page with no write cache, whichever page was asked for.
Bytes Disk::mode_data(const Command& command) const {
  Bytes caching{0x08, 0x12};
  caching.resize(20);
  const std::uint8_t device_specific = is_read_only() ? 0x80 : 0x00;
  Bytes bytes;
  if (command.opcode() == mode_sense_6) {
    bytes = {static_cast<std::uint8_t>(3 + caching.size()), 0, device_specific, 0};
  } else {
    bytes = {0, static_cast<std::uint8_t>(6 + caching.size()), 0, device_specific, 0, 0, 0, 0};
  }
  bytes.insert(bytes.end(), caching.begin(), caching.end());
  return bytes;
}

// Reads and writes the file `store`; without one, zeros come out and nothing is kept.
Answer Disk::transfer(const Command& command) const {
  const Field& field = *field_of(block_address_fields, command.opcode());
  std::uint64_t block = big_endian(command.cdb, field.at, field.bytes);
  if (field.bytes == 3) block &= 0x1fffff;
  const bool writes = (command.opcode() & 0x02) != 0;
  const std::size_t length = capacity(command);
  if (block * block_size + length > size()) return check_condition(0x05, 0x21, 0x00);
  if (writes && is_read_only()) return check_condition(0x07, 0x27, 0x00);

  const int store = ::open((directory_ / "store").c_str(), O_RDWR | O_CLOEXEC);
  if (store < 0) {
    if (!writes) scatter(command, {});
    return {};
  }
  const auto offset = static_cast<off_t>(block * block_size);
  const int segments = static_cast<int>(command.data.size());
  const ssize_t done = writes ? ::pwritev(store, command.data.data(), segments, offset)
                              : ::preadv(store, command.data.data(), segments, offset);
  ::close(store);
  if (done != static_cast<ssize_t>(length))
    return check_condition(0x03, writes ? 0x0c : 0x11, 0x00);
  return {};
}

}  // namespace tcmu
