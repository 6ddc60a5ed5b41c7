#include "multipath/command/interruption.h"

#include <ctime>

#include <signal.h>

namespace multipath {
namespace {

sigset_t ends() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGHUP);
  return set;
}

}  // namespace

struct Interruption::Mask {
  sigset_t set;
};

Interruption::Interruption() : former_(std::make_unique<Mask>()) {
  const sigset_t set = ends();
  pthread_sigmask(SIG_BLOCK, &set, &former_->set);
}

Interruption::~Interruption() { pthread_sigmask(SIG_SETMASK, &former_->set, nullptr); }

bool Interruption::asked() {
  const sigset_t set = ends();
  const timespec now{};
  if (sigtimedwait(&set, nullptr, &now) > 0) asked_ = true;
  return asked_;
}

}  // namespace multipath
