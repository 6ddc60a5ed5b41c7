#pragma once

#include "multipath/daemon/asker.h"
#include "multipath/host/companion.h"

namespace multipath::daemon {

/// An asker that is a companion process, which runs serve_requests().
class CompanionAsker final : public Asker {
 public:
  explicit CompanionAsker(Companion& companion) : companion_(companion) {}

  void start() override;
  void ask(const AskerRequest& request) override;
  Received receive() override;

  /// How many times the process was started: the companion's descriptor is another file since.
  int starts() const { return starts_; }

 private:
  Companion& companion_;
  std::string stream_;
  int starts_ = 0;
};

}  // namespace multipath::daemon
