#include "multipath/daemon/asker_message.h"

#include <random>

#include <doctest/doctest.h>

#include "multipath/daemon/packing.h"

using namespace multipath;
using namespace multipath::daemon;

namespace {

Path full_path() {
  Path path;
  path.kname = "sdq";
  path.number = {65, 0};
  path.transport = ScsiPath{"sg3", 0x14, scsi::Tpgs::implicit, std::uint16_t{7}, "alua"};
  path.address = {1, 2, 3, 0x4001000000000000};
  path.udev_order = 9;
  path.size_sectors = 1U << 31U;
  path.read_only = true;
  path.state = DeviceState::blocked;
  path.vendor = std::string("A\0\x1b", 3);
  path.product = "product";
  path.revision = "1.0";
  path.wwid = Wwid::from_text("3600");
  path.identity_source = IdentitySource::live_map;
  path.name_of_map = NameOfMap{*Wwid::from_text("3600"), "rule", Wwid::from_text("1own")};
  path.recognition = Recognition::agreed_naa;
  path.checker_state = CheckerState::ghost;
  path.priority = -1;
  path.rated_by_access_state = true;
  path.serial = "serial";
  path.target_node_name = "iqn.x";
  path.answered = true;
  path.excluded = true;
  path.holders = {"dm-1", "md0"};
  path.users = {{"dm-1", "is mounted", true, true}};
  path.trouble = "trouble";
  return path;
}

}  // namespace

TEST_CASE("a survey and its paths arrive as they were sent, however the bytes are split") {
  Survey survey{.number = 3, .whole_host = true, .paths = {full_path(), Path()}};
  survey.paths[1].transport = NvmePath{true};
  survey.changes = {{"3600", "mpatha", "create", "2 paths"}};
  survey.findings = {{Finding::Severity::error, "sdq", "text"}};
  survey.failure = "failed";
  const std::string message = message_of(AskerReply(survey)) + message_of(AskerReply(survey));
  std::string stream;
  std::vector<Survey> arrived;
  for (const char byte : message) {
    stream += byte;
    while (const auto reply = take_reply(stream)) arrived.push_back(std::get<Survey>(*reply));
  }
  REQUIRE(arrived.size() == 2);
  CHECK(stream.empty());
  CHECK(arrived[1].number == 3);
  CHECK(arrived[1].whole_host);
  CHECK(arrived[1].paths == survey.paths);
  CHECK(arrived[1].changes == survey.changes);
  CHECK(arrived[1].findings == survey.findings);
  CHECK(arrived[1].failure == "failed");
}

TEST_CASE("requests and answers arrive as they were sent") {
  std::string stream =
      message_of(AskerRequest(SurveyRequest{5, true, std::set{DeviceNumber{8, 16}}}));
  const auto survey = std::get<SurveyRequest>(take_request(stream).value());
  CHECK(survey.number == 5);
  CHECK(survey.reload_all);
  CHECK(survey.devices == std::set{DeviceNumber{8, 16}});

  stream = message_of(AskerRequest(ConfigurationRequest{}));
  CHECK(std::holds_alternative<ConfigurationRequest>(take_request(stream).value()));
  stream = message_of(AskerReply(ReadConfiguration{{{"file", "text"}}, "failed"}));
  const auto read = std::get<ReadConfiguration>(take_reply(stream).value());
  REQUIRE(read.texts.size() == 1);
  CHECK(read.texts.front().file == "file");
  CHECK(read.texts.front().text == "text");
  CHECK(read.failure == "failed");

  const watch::Ask ask{7, {8, 0}, true, true, watch::Instant(watch::Duration(99))};
  stream = message_of(AskerRequest(ask));
  const auto asked = std::get<watch::Ask>(take_request(stream).value());
  CHECK(asked.question == 7);
  CHECK(asked.number == DeviceNumber{8, 0});
  CHECK(asked.identity);
  CHECK(asked.read);
  CHECK(asked.deadline == ask.deadline);

  const watch::Answer answer{7, CheckerState::faulty, 50, "3600", "no answer"};
  stream = message_of(AskerReply(answer));
  const auto answered = std::get<watch::Answer>(take_reply(stream).value());
  CHECK(answered.question == 7);
  CHECK(answered.state == CheckerState::faulty);
  CHECK(answered.priority == 50);
  CHECK(answered.wwid == "3600");
  CHECK(answered.detail == "no answer");
}

TEST_CASE("junk in the stream of the asker is BadPacking, and never read past its end") {
  std::string too_long(8, '\xff');
  CHECK_THROWS_AS(take_reply(too_long), BadPacking);

  const std::string whole = message_of(AskerReply(Survey{.paths = {full_path()}}));
  std::mt19937 random(7);
  for (int i = 0; i < 2000; ++i) {
    std::string damaged = whole;
    damaged[8 + random() % (damaged.size() - 8)] = static_cast<char>(random());
    try {
      take_reply(damaged);
    } catch (const BadPacking&) {
    }
  }
  std::string cut = whole;
  cut.resize(cut.size() - 1);
  cut[0] = static_cast<char>(cut[0] - 1);
  CHECK_THROWS_AS(take_reply(cut), BadPacking);
}
