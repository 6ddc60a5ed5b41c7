#include "multipath/view/holder_tree.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "tests/support/holder_world.h"

using namespace multipath;
using tests::GraphMaker;

TEST_CASE("a tree is drawn in the known form") {
  GraphMaker maker;
  maker.add("sda");
  maker.add("sda1", {"sda"});
  maker.add("sda2", {"sda"});
  maker.add("sda5", {"sda"});
  maker.add("dm-0", {"sda5"});
  maker.add("dm-1", {"dm-0"});
  maker.add("dm-2", {"dm-0"});
  maker.add("dm-3", {"dm-2"});
  maker.base("sda");
  CHECK(render_holder_names(maker.graph()) ==
        "sda\n"
        "|-- sda1\n"
        "|-- sda2\n"
        "`-- sda5\n"
        "    `-- dm-0\n"
        "        |-- dm-1\n"
        "        `-- dm-2\n"
        "            `-- dm-3\n");
}

TEST_CASE("a holder of two devices is drawn once in full") {
  GraphMaker maker;
  maker.add("sda");
  maker.add("sdb");
  maker.add("md0", {"sda", "sdb"});
  maker.add("dm-0", {"md0"});
  maker.base("sda").base("sdb");
  CHECK(render_holder_names(maker.graph()) ==
        "sda\n"
        "`-- md0\n"
        "    `-- dm-0\n"
        "sdb\n"
        "`-- md0  (above)\n");
}

TEST_CASE("a device without holders is marked where it is drawn again") {
  GraphMaker maker;
  maker.add("dm-4");
  maker.add("dm-5");
  maker.add("dm-6", {"dm-4", "dm-5"});
  maker.base("dm-4").base("dm-5");
  CHECK(render_holder_names(maker.graph()) ==
        "dm-4\n"
        "`-- dm-6\n"
        "dm-5\n"
        "`-- dm-6  (above)\n");
}

TEST_CASE("a stack of a thousand devices is drawn, and a ring ends") {
  HolderGraph graph;
  for (std::size_t i = 0; i < 1000; ++i) {
    Holder node;
    node.kname = fmt::format("dm-{}", i);
    graph.nodes.push_back(node);
    if (i > 0) graph.link(i, i - 1);
  }
  graph.link(0, 999);
  graph.bases = {0};
  CHECK(render_holder_names(graph).ends_with("`-- (level 1000) dm-0  (above)\n"));
}

TEST_CASE("text grows linearly with the depth of a stack") {
  const auto size_of = [](std::size_t count) {
    HolderGraph graph;
    for (std::size_t i = 0; i < count; ++i) {
      Holder node;
      node.kname = fmt::format("dm-{:06}", i);
      graph.nodes.push_back(node);
      if (i > 0) graph.link(i, i - 1);
    }
    graph.bases = {0};
    return render_holder_names(graph).size();
  };
  CHECK(size_of(10'000) < 11 * size_of(1'000));
}

TEST_CASE("a name cannot break a line") {
  GraphMaker maker;
  maker.add("sda");
  maker.add("dm-0", {"sda"}).dm_name = "a\n\x1b[2J";
  maker.base("sda");
  const auto text = render_holder_tree(maker.graph(), Style::plain);
  CHECK(text.find("a..[2J") != std::string::npos);
}
