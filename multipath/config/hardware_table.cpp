#include "multipath/config/hardware_table.h"

#include <array>
#include <stdexcept>

namespace multipath {
namespace {

using enum Identification;

constexpr std::array identification_names{
    std::pair{page_83, "page 0x83"},
    std::pair{page_83_naa, "page 0x83, NAA designator"},
    std::pair{page_83_eui64, "page 0x83, EUI-64 designator"},
    std::pair{page_83_name, "page 0x83, SCSI name string"},
    std::pair{page_83_t10, "page 0x83, T10 vendor id"},
    std::pair{page_80, "page 0x80, unit serial number"},
    std::pair{never, "never a path"},
};

constexpr HardwareEntry hardware[] = {
    // Gateway and management LUNs: they carry the array's identity, not a unit's.
    {"^(SGI|DELL|FUJITSU|IBM|LENOVO|NETAPP|LSI|ENGENIO|STK|SUN)", "Universal Xport", never},
    {"^(DGC|EMC)", "LUNZ", never},
    {"^Promise", "(VTrak V-LUN|Vess V-LUN)", never},
    {"", "cvfsctl", never},
    // Local disks and controllers.
    {"^ATA$", "", never},
    {"^(LSI|AVAGO|BROADCOM|DELL|IBM|LENOVO|Intel|FTS|INTEL|MegaRAID)",
     "(MegaRAID|MR[0-9]|PERC|ServeRAID|RAID 930|PRAID)", never},
    {"^(Adaptec|ASR|ADAPTEC|AACRAID)", "", never},
    {"^(LSILOGIC|LSI)", "Logical Volume", never},
    {"^AMCC", "", never},
    {"^VMware", "Virtual disk", never},
    {"^(Generic|USB|SanDisk|Kingston)", "", never},

    // The arrays of the first multipath.
    {"^(COMPAQ|HP)$", "^HSV1[01]0", page_83},
    {"^COMPAQ$", "^MSA1000( VOLUME)?$", page_83},
    {"^(COMPAQ|HP)$", "^(MSA|HSV)1[01]0", page_83},
    {"^DEC$", "^HSG80", page_83},
    {"^HP$", "^A6189A", page_83},
    {"^DDN$", "^SAN DataDirector", page_83},
    {"^FSC$", "^CentricStor", page_83},
    {"^HITACHI$", "^DF[456]00", page_83},
    {"^IBM$", "^ProFibre 4000R", page_83},
    {"^SGI$", "^TP9[1345]00", page_83},

    // Today's.
    {"^3PARdata", "VV", page_83},
    {"^(COMPAQ|HP)$", "MSA VOLUME", page_83},
    {"^(COMPAQ|HP)$", "(HSV1[01]1|HSV2[01]0|HSV3[046]0|HSV4[05]0)", page_83},
    {"^HP$", "(MSA2012sa|MSA23(12|24)(fc|i|sa)|MSA2000s VOLUME)", page_83},
    {"^(HP|HPE)$", "MSA [12]0[4567]0 (SAN|SAS|FC|iSCSI)", page_83},
    {"^HP$", "LOGICAL VOLUME", page_83},
    {"^LEFTHAND", "(P4000|iSCSIDisk|FCDISK)", page_83},
    {"^Nimble", "Server", page_83},
    {"^SGI$", "^TP9", page_83},
    {"^SGI$", "^IS", page_83},
    {"^EMC$", "SYMMETRIX", page_83},
    {"^DGC", "^(RAID|DISK|VRAID)", page_83},
    {"^EMC$", "Invista", page_83},
    {"^XtremIO", "XtremApp", page_83},
    {"^COMPELNT", "Compellent Vol", page_83},
    {"^DELL$", "^MD3", page_83},
    {"^DellEMC", "^(PowerStore|ME)", page_83},
    {"^EQLOGIC", "100E-00", page_83},
    {"^FUJITSU", "(ETERNUS|CentricStor|E[3468]000)", page_83},
    {"^(HITACHI|HP|HPE)$", "^OPEN-", page_83},
    {"^HITACHI$", "^DF", page_83},
    {"^IBM$", "^(1722|1724|1726|1742|1746|181[3458]|3526|3542|3552)", page_83},
    {"^IBM$", "^(2105|2107900|2145|1750500|2810XIV|FlashSystem|IPR|SAN SSD)", page_83},
    {"^(XIV|IBM)$", "(NEXTRA|2810XIV)", page_83},
    {"^(TMS|IBM)$", "(RamSan|FlashSystem)", page_83},
    {"^AIX", "(VDASD|NVDISK)", page_83},
    {"^LENOVO", "DE_Series", page_83},
    {"^NETAPP", "(LUN|INF-01-00)", page_83},
    {"^(LSI|ENGENIO)", "INF-01-00", page_83},
    {"^SolidFir", "SSD SAN", page_83},
    {"^(STK|SUN)$",
     "(OPENstorage|FLEXLINE|CSM|LCSM|STK6580|SUN_6180|ArrayStorage|StorEdge|StorageTek|STK_6540)",
     page_83},
    {"^SUN$", "(Sun Storage|ZFS Storage|COMSTAR)", page_83},
    {"^NEXENTA$", "COMSTAR", page_83},
    {"^PURE", "FlashArray", page_83},
    {"^(HUAWEI|AnyStor|Marstor|NETPOSA|SanM|SUGON|UDsafe)", "XSG1", page_83},
    {"^NFINIDAT", "InfiniBox", page_83},
    {"^DataCore", "Virtual Disk", page_83},
    {"^IFT", "", page_83},
    {"^SEAGATE$", "^[456]", page_83},
    {"^DDN$", "^(EF3015|S2A|SFA)", page_83},
    {"^NEXSAN$", "", page_83},
    {"^Qsan$", "", page_83},
    {"^VSTORAGE", "VSTOR-DISK", page_83},
    {"^PILLAR", "Axiom", page_83},
    {"^VIOLIN", "", page_83},
    {"^(KOVE|KAMINARI|KMNRIO)", "", page_83},
    {"^(Promise|PROMISE)", "(VTrak|Vess)", page_83},
    {"^(EUROLOGC|EUROLOGIC)", "FC2502", page_83},
    {"^(Infortrend|ForceGRD|FORCE10)", "", page_83},
    {"^NEC$", "DISK ARRAY", page_83},
    {"^TOSHIBA$", "ANNEX", page_83},
    {"^MacroSAN", "LU", page_83},
    {"^STORMAGE", "", page_83},

    // Targets in software.
    {"^(LIO-ORG|SUSE)", "", page_83},
    {"^SCST_", "", page_83},
    {"^IET$", "VIRTUAL-DISK", page_83},
    {"^FreeNAS$|^TrueNAS$", "iSCSI Disk", page_83},
    {"^SYNOLOGY$", "", page_83},
    {"^QNAP$", "iSCSI Storage", page_83},
    {"^Linux$", "scsi_debug", page_83},
    {"^QEMU$", "QEMU HARDDISK", page_83},
    {"^Msft$", "Virtual Disk", page_83},
    {"^Google$", "PersistentDisk", page_83},
    {"^VBOX$", "HARDDISK", page_83},
};

Pattern compile_built_in(std::string_view expression) {
  auto pattern = Pattern::compile(expression);
  if (!pattern) {
    throw std::logic_error("hardware table: '" + std::string(expression) + "': " + pattern.error());
  }
  return *pattern;
}

}  // namespace

std::string to_string(Identification identification) {
  for (const auto& [value, name] : identification_names) {
    if (value == identification) return name;
  }
  return "?";
}

std::span<const HardwareEntry> built_in_hardware() { return hardware; }

HardwareTable::HardwareTable(std::span<const HardwareEntry> entries) {
  rows_.reserve(entries.size());
  for (const HardwareEntry& entry : entries) {
    rows_.push_back({&entry, compile_built_in(entry.vendor), compile_built_in(entry.product)});
  }
}

const HardwareEntry* HardwareTable::find(const std::string& vendor, const std::string& product) {
  const auto [known, is_new] = known_.try_emplace({vendor, product}, nullptr);
  if (!is_new) return known->second;
  for (const Row& row : rows_) {
    if (row.vendor.matches(vendor) && row.product.matches(product)) {
      known->second = row.entry;
      break;
    }
  }
  return known->second;
}

}  // namespace multipath
