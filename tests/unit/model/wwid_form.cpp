#include "multipath/model/wwid_form.h"

#include <doctest/doctest.h>

using namespace multipath;

TEST_CASE("what programs derive from identifiers has the form of a WWID, names have not") {
  for (const auto* wwid :
       {"36001405676f6c6400000000000000000", "3624a937012345678", "333333330000007d0",
        "20012abcd00000001", "1Linux_scsi_debug_2000", "1IET_00010001",
        "8iqn.2001-04.com.example:1", "0QEMU_HARDDISK_7", "SATA_ST3500_9QM0123",
        "eui.0025385971b12345", "uuid.34b59db0-dd59-4927-a16b-e69bee86f26a",
        "nvme.1af4-31323334-51454d55-00000001", "IBM.75000000092461.4d00.8a"})
    CHECK_MESSAGE(has_form_of_wwid(wwid), wwid);
  for (const auto* name :
       {"", "3", "sdz", "mpthb", "mpatha", "dm-0", "8:16", "gold", "36001405", "oracle-dta-lun01",
        "3rd-disk-of-database-01", "nvme0n1", "naa.6001405676f6c640000000000000000",
        "360014056 6c6400000000000", "production-database-volume-17", "/dev/sdz", "Storage-01"})
    CHECK_FALSE_MESSAGE(has_form_of_wwid(name), name);
}
