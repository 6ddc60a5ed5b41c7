#pragma once

#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "multipath/host/refinement.h"

namespace multipath {

/// What was asked of a capture that it has no answer to. Who replays gets no answer then, and the
/// run as a whole is an error that names these. Several threads may note.
class Missing final : public Leniency {
 public:
  void note(std::string request) {
    const std::lock_guard lock(mutex_);
    if (lenient_ == 0) requests_.insert(std::move(request));
  }
  void begin() override {
    const std::lock_guard lock(mutex_);
    ++lenient_;
  }
  void end() override {
    const std::lock_guard lock(mutex_);
    --lenient_;
  }
  std::vector<std::string> requests() const {
    const std::lock_guard lock(mutex_);
    return {requests_.begin(), requests_.end()};
  }

 private:
  mutable std::mutex mutex_;
  std::set<std::string> requests_;
  int lenient_ = 0;
};

}  // namespace multipath
