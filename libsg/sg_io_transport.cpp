#include "libsg/sg_io_transport.h"

#include <scsi/sg_pt.h>

#include <algorithm>
#include <cerrno>
#include <limits>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "libsg/file_descriptor.h"
#include "libsg/pass_through_result.h"

namespace scsi {

namespace {

/// SPC-5 4.4: sense data is 252 bytes at most.
constexpr std::size_t sense_capacity = 252;

[[noreturn]] void refuse_node(int error, std::string_view verb, std::string_view node) {
  throw std::system_error(error, std::generic_category(), fmt::format("{} {}", verb, node));
}

FileDescriptor open_node(const std::string& path, std::string_view node) {
  FileDescriptor opened(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  if (!opened) refuse_node(errno, "open", node);
  return opened;
}

struct DestructPassThrough {
  void operator()(sg_pt_base* object) const { destruct_scsi_pt_obj(object); }
};
using PassThrough = std::unique_ptr<sg_pt_base, DestructPassThrough>;

/// libsgutils2 counts in whole seconds and takes 0 for "60": round up, and never give it 0.
int whole_seconds(std::chrono::milliseconds timeout) {
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(timeout).count();
  constexpr std::int64_t limit = std::numeric_limits<int>::max() / 1000;
  return static_cast<int>(std::clamp<std::int64_t>(seconds, 1, limit));
}

/// errno for the library's own refusals, SCSI_PT_DO_*.
int error_of(int refusal) {
  switch (refusal) {
    case SCSI_PT_DO_TIMEOUT:
      return ETIMEDOUT;
    case SCSI_PT_DO_NOT_SUPPORTED:
      return ENOTTY;
    default:
      return EINVAL;
  }
}

class SgIoUnit : public LogicalUnit {
 public:
  SgIoUnit(const std::string& path, std::string_view node)
      : descriptor_(open_node(path, node)),
        pass_through_(construct_scsi_pt_obj_with_fd(*descriptor_, 0)) {
    if (!pass_through_) refuse_node(ENOMEM, "prepare pass-through to", node);
    if (const int error = get_scsi_pt_os_err(pass_through_.get())) {
      refuse_node(error, "prepare pass-through to", node);
    }
  }

  Response execute(const Command& command) override {
    ByteVector data(command.allocation_length);
    ByteVector sense(sense_capacity);
    sg_pt_base* const object = pass_through_.get();
    clear_scsi_pt_obj(object);
    set_scsi_pt_cdb(object, command.cdb.data(), static_cast<int>(command.cdb.size()));
    set_scsi_pt_sense(object, sense.data(), static_cast<int>(sense.size()));
    if (!data.empty()) {
      set_scsi_pt_data_in(object, data.data(), static_cast<int>(data.size()));
    }
    const int done = do_scsi_pt(object, -1, whole_seconds(command.timeout), 0);
    return to_response(result_of(object, done), std::move(data), std::move(sense));
  }

 private:
  static PassThroughResult result_of(const sg_pt_base* object, int done) {
    PassThroughResult result;
    result.os_error = get_scsi_pt_os_err(object);
    if (result.os_error == 0 && done < 0) result.os_error = -done;
    if (result.os_error == 0 && done > 0) result.os_error = error_of(done);
    result.host_status = get_scsi_pt_transport_err(object);
    result.driver_failed = get_scsi_pt_result_category(object) == SCSI_PT_RESULT_TRANSPORT_ERR;
    result.status = get_scsi_pt_status_response(object);
    result.residual = get_scsi_pt_resid(object);
    result.sense_length = get_scsi_pt_sense_len(object);
    return result;
  }

  FileDescriptor descriptor_;
  PassThrough pass_through_;
};

}  // namespace

SgIoTransport::SgIoTransport(std::string directory) : directory_(std::move(directory)) {}

std::unique_ptr<LogicalUnit> SgIoTransport::open(std::string_view node) {
  const bool is_name = !node.empty() && node.front() != '.' &&
                       node.find('/') == std::string_view::npos &&
                       node.find('\0') == std::string_view::npos;
  if (!is_name) refuse_node(EINVAL, "open", node);
  return std::make_unique<SgIoUnit>(fmt::format("{}/{}", directory_, node), node);
}

}  // namespace scsi
