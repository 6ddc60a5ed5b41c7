#include "multipath/daemon/asker_service.h"

#include <condition_variable>
#include <mutex>
#include <thread>

#include <doctest/doctest.h>

#include "multipath/daemon/asker_message.h"
#include "tests/support/immortal.h"
#include "tests/support/san.h"

using namespace multipath;
using namespace multipath::daemon;

namespace {

/// The daemon's end of the stream: requests go in at any time, replies are waited for.
class Stream final : public ByteStream {
 public:
  void give(const AskerRequest& request) {
    const std::lock_guard lock(mutex_);
    requests_ += message_of(request);
    changed_.notify_all();
  }
  void close() {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    changed_.notify_all();
  }
  /// Nothing if none comes in time.
  std::optional<AskerReply> next() {
    std::unique_lock lock(mutex_);
    std::optional<AskerReply> reply;
    changed_.wait_for(lock, std::chrono::seconds(30), [&] {
      reply = take_reply(replies_);
      return reply.has_value();
    });
    return reply;
  }

  std::error_code send(std::string_view bytes, std::chrono::milliseconds) override {
    const std::lock_guard lock(mutex_);
    replies_ += bytes;
    changed_.notify_all();
    return {};
  }
  tl::expected<std::string, std::error_code> receive(std::chrono::milliseconds) override {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return closed_ || !requests_.empty(); });
    return std::exchange(requests_, {});
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::string requests_;
  std::string replies_;
  bool closed_ = false;
};

/// Another process always has the turn.
class BusySpool final : public EventSpool {
 public:
  void hand_in(DeviceNumber device) override { waiting_.hand_in(device); }
  std::vector<Entry> waiting() override { return waiting_.waiting(); }
  void done(const std::vector<Entry>& entries) override { waiting_.done(entries); }
  std::unique_ptr<Turn> take_turn() override { return nullptr; }

 private:
  MemoryEventSpool waiting_;
};

/// A service at work on a SAN. Threads may outlive the test, so the SAN does too.
struct Service {
  tests::San& san = tests::immortal<tests::San>();
  Host& host = tests::immortal<Host>(san.host());
  Stream& stream = tests::immortal<Stream>();
  std::thread thread;

  void start(Writing writing = Writing::no) {
    thread =
        std::thread([this, writing] { serve_requests(host, Configuration(), writing, stream); });
  }
  ~Service() {
    stream.close();
    if (thread.joinable()) thread.join();
  }
  watch::Answer answer_to(watch::QuestionId id, const char* kname, bool read = false) {
    stream.give(watch::Ask{id, tests::sd_number(kname), true, read, {}});
    const auto reply = stream.next();
    REQUIRE(reply);
    return std::get<watch::Answer>(*reply);
  }
};

}  // namespace

TEST_CASE("a survey has the paths of the host and what a plan would change") {
  Service service;
  service.san.put_first();
  service.start();
  service.stream.give(SurveyRequest{.number = 4});
  const auto reply = service.stream.next();
  REQUIRE(reply);
  const auto& survey = std::get<Survey>(*reply);
  CHECK(survey.number == 4);
  CHECK(survey.whole_host);
  CHECK(survey.failure.empty());
  CHECK(survey.paths.size() == 4);
  const auto change = std::ranges::find(survey.changes, "create", &PlannedChange::verb);
  REQUIRE(change != survey.changes.end());
  CHECK(change->wwid == tests::wwid_of_unit(2).text());

  service.stream.give(SurveyRequest{.number = 5, .devices = std::set{tests::sd_number("sdc")}});
  const auto narrow = service.stream.next();
  REQUIRE(narrow);
  CHECK_FALSE(std::get<Survey>(*narrow).whole_host);
  CHECK(std::get<Survey>(*narrow).paths.size() == 2);
}

TEST_CASE("an asker that writes creates the maps of new units, once, and sends no message") {
  Service service;
  service.start(Writing::yes);
  service.stream.give(SurveyRequest{.number = 1});
  const auto reply = service.stream.next();
  REQUIRE(reply);
  const auto& survey = std::get<Survey>(*reply);
  CHECK(survey.failure.empty());
  CHECK(survey.changes.empty());
  REQUIRE(survey.done.size() == 2);
  CHECK(survey.done.front().text.starts_with("create: "));
  CHECK(service.san.device_mapper.list().size() == 2);
  CHECK(service.san.own_events.waiting().empty());

  // Nothing is left to be done, and a path that an administrator failed is left alone.
  service.san.device_mapper.message(survey.done.front().subject, 0, "fail_path 8:0");
  const std::size_t before = service.san.device_mapper.journal().size();
  service.stream.give(SurveyRequest{.number = 2, .devices = std::set{tests::sd_number("sda")}});
  const auto again = service.stream.next();
  REQUIRE(again);
  CHECK(std::get<Survey>(*again).done.empty());
  CHECK(service.san.device_mapper.journal().size() == before);
}

TEST_CASE("an asker that writes leaves the work to the process that has the turn") {
  Service service;
  auto& busy = tests::immortal<BusySpool>();
  service.host.events = busy;
  service.start(Writing::yes);
  service.stream.give(SurveyRequest{.number = 1, .devices = std::set{tests::sd_number("sdc")}});
  const auto reply = service.stream.next();
  REQUIRE(reply);
  CHECK(std::get<Survey>(*reply).done.empty());
  CHECK(std::get<Survey>(*reply).changes.size() == 1);
  CHECK(service.san.device_mapper.list().empty());
  CHECK(busy.waiting().size() == 1);
}

TEST_CASE("a configuration is read for the daemon, and requests behind it go by it") {
  Service service;
  service.san.state_files.files["/etc/multipath.conf"] = "blacklist {\n devnode sdc\n}\n";
  service.start();
  service.stream.give(ConfigurationRequest{});
  service.stream.give(SurveyRequest{.number = 2});
  const auto read = service.stream.next();
  REQUIRE(read);
  REQUIRE(std::get<ReadConfiguration>(*read).texts.size() == 1);
  CHECK(std::get<ReadConfiguration>(*read).texts.front().text.find("sdc") != std::string::npos);
  const auto survey = service.stream.next();
  REQUIRE(survey);
  const auto& paths = std::get<Survey>(*survey).paths;
  const auto excluded = std::ranges::find(paths, "sdc", &Path::kname);
  REQUIRE(excluded != paths.end());
  CHECK(excluded->excluded);
}

TEST_CASE("a check reports state, priority and identity of the path as the device has them") {
  Service service;
  service.start();
  const watch::Answer works = service.answer_to(1, "sda");
  CHECK(works.question == 1);
  CHECK(works.state == CheckerState::ready);
  CHECK(works.priority.has_value());
  CHECK(works.wwid == tests::wwid_of_unit(1).text());
  CHECK(works.detail.empty());

  service.san.scsi.units.at("sg0").ready = false;
  const watch::Answer fails = service.answer_to(2, "sda");
  CHECK(fails.state == CheckerState::faulty);
  CHECK_FALSE(fails.detail.empty());

  service.san.scsi.units.at("sg1") = tests::lio_disk(2);
  CHECK(service.answer_to(3, "sdb").wwid == tests::wwid_of_unit(2).text());
}

TEST_CASE(
    "a device without an identity of its own keeps that of its map, if it never had another") {
  Service service;
  service.san.put_first();
  service.san.scsi.units.at("sg0").pages.clear();
  service.start();
  CHECK_FALSE(service.answer_to(1, "sda").wwid.has_value());
  service.stream.give(SurveyRequest{.number = 1});
  REQUIRE(service.stream.next());
  CHECK(service.answer_to(2, "sda").wwid == tests::wwid_of_unit(1).text());

  // The survey has seen this one with an identity.
  service.san.scsi.units.at("sg1").pages.clear();
  CHECK_FALSE(service.answer_to(3, "sdb").wwid.has_value());
}

TEST_CASE("a device that the kernel does not have running is not asked") {
  Service service;
  service.start();
  const std::string state = tests::San::scsi_device_folder("1:0:0:1") + "/state";
  service.san.sys.file(state, "transport-offline\n");
  const watch::Answer offline = service.answer_to(1, "sda");
  CHECK(offline.state == CheckerState::faulty);
  CHECK(offline.detail.find("transport-offline") != std::string::npos);
  service.san.sys.file(state, "blocked\n");
  CHECK(service.answer_to(2, "sda").state == CheckerState::pending);
  CHECK(service.san.scsi.units.at("sg0").journal.empty());
  CHECK(service.answer_to(3, "sdz").detail == "the disk is gone");
}

TEST_CASE("a path that is to be read fails when the read fails, although its unit is ready") {
  Service service;
  service.start();
  CHECK(service.answer_to(1, "sda").state == CheckerState::ready);
  // A FakeUnit does not have the command READ.
  const watch::Answer answer = service.answer_to(2, "sda", true);
  CHECK(answer.state == CheckerState::faulty);
  CHECK(answer.detail.starts_with("a read of the first block fails: "));
}

TEST_CASE("a device that hangs delays no answer of another device, of the same adapter or not") {
  Service service;
  service.san.scsi.units.at("sg0").delay = service.san.hang.delay();
  service.start();
  service.stream.give(watch::Ask{1, tests::sd_number("sda"), true, false, {}});
  CHECK(service.answer_to(2, "sdc").question == 2);  // on the same adapter
  CHECK(service.answer_to(3, "sdb").question == 3);
  service.san.hang.release();
  const auto late = service.stream.next();
  REQUIRE(late);
  CHECK(std::get<watch::Answer>(*late).question == 1);
}
