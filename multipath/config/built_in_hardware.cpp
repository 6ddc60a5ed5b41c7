#include "multipath/config/hardware_table.h"

namespace multipath {
namespace {

using enum Identification;

// A keyword with its value, as in multipath.conf.
constexpr RowSettings path_grouping_policy(std::string_view value) {
  return {"path_grouping_policy", value};
}
constexpr RowSettings path_selector(std::string_view value) { return {"path_selector", value}; }
constexpr RowSettings uid_attribute(std::string_view value) { return {"uid_attribute", value}; }
constexpr RowSettings path_checker(std::string_view value) { return {"path_checker", value}; }
constexpr RowSettings detect_checker(std::string_view value) { return {"detect_checker", value}; }
constexpr RowSettings features(std::string_view value) { return {"features", value}; }
constexpr RowSettings hardware_handler(std::string_view value) {
  return {"hardware_handler", value};
}
constexpr RowSettings prio(std::string_view value) { return {"prio", value}; }
constexpr RowSettings prio_args(std::string_view value) { return {"prio_args", value}; }
constexpr RowSettings detect_prio(std::string_view value) { return {"detect_prio", value}; }
constexpr RowSettings failback(std::string_view value) { return {"failback", value}; }
constexpr RowSettings no_path_retry(std::string_view value) { return {"no_path_retry", value}; }
constexpr RowSettings flush_on_last_del(std::string_view value) {
  return {"flush_on_last_del", value};
}
constexpr RowSettings fast_io_fail_tmo(std::string_view value) {
  return {"fast_io_fail_tmo", value};
}
constexpr RowSettings dev_loss_tmo(std::string_view value) { return {"dev_loss_tmo", value}; }
constexpr RowSettings user_friendly_names(std::string_view value) {
  return {"user_friendly_names", value};
}
constexpr RowSettings max_sectors_kb(std::string_view value) { return {"max_sectors_kb", value}; }
constexpr RowSettings vpd_vendor(std::string_view value) { return {"vpd_vendor", value}; }

// What many rows have in common.
constexpr RowSettings multibus = path_grouping_policy("multibus");
constexpr RowSettings by_serial = path_grouping_policy("group_by_serial");
constexpr RowSettings by_priority = path_grouping_policy("group_by_prio") + failback("immediate");
constexpr RowSettings alua =
    path_grouping_policy("group_by_prio") + prio("alua") + failback("immediate");
constexpr RowSettings alua_handler = path_grouping_policy("group_by_prio") +
                                     hardware_handler("1 alua") + prio("alua") +
                                     failback("immediate");
constexpr RowSettings rdac = path_grouping_policy("group_by_prio") + path_checker("rdac") +
                             features("2 pg_init_retries 50") + hardware_handler("1 rdac") +
                             prio("rdac") + failback("immediate") + no_path_retry("30");

constexpr HardwareEntry hardware[] = {
    // The rows of multipath-tools 0.14.3 in its order: general rows before special ones. The
    // hardware handlers are those of 0.9.4: naming one makes the kernel attach it.
    {"^NVME", ".*", page_83,
     path_grouping_policy("group_by_prio") + uid_attribute("ID_WWN") + path_checker("none") +
         failback("immediate")},
    {"APPLE", "Xserve RAID", page_83, multibus},
    {"3PARdata", "VV", page_83,
     alua_handler + no_path_retry("18") + fast_io_fail_tmo("10") + dev_loss_tmo("infinity") +
         vpd_vendor("hp3par")},
    {"NVME", "HPE Alletra", page_83, no_path_retry("queue")},
    {"DEC", "HSG80", page_83,
     path_grouping_policy("group_by_prio") + path_checker("hp_sw") + hardware_handler("1 hp_sw") +
         prio("hp_sw") + no_path_retry("queue")},
    {"HP", "A6189A", page_83, multibus + no_path_retry("12")},
    {"(COMPAQ|HP)", "(MSA|HSV)1[01]0", page_83,
     path_grouping_policy("group_by_prio") + path_checker("hp_sw") + hardware_handler("1 hp_sw") +
         prio("hp_sw") + no_path_retry("12")},
    {"(COMPAQ|HP)", "MSA VOLUME", page_83, alua + no_path_retry("12")},
    {"(COMPAQ|HP)", "(HSV1[01]1|HSV2[01]0|HSV3[046]0|HSV4[05]0)", page_83,
     alua + no_path_retry("12")},
    {"HP", "(MSA2[02]12fc|MSA2012i)", page_83, multibus + no_path_retry("18")},
    {"HP", "(MSA2012sa|MSA23(12|24)(fc|i|sa)|MSA2000s VOLUME)", page_83,
     alua + no_path_retry("18")},
    {"(HP|HPE)", "MSA [12]0[4567]0 (SAN|SAS|FC|iSCSI)", page_83, alua + no_path_retry("18")},
    {"HP", "(HSVX700|HSVX740)", page_83, alua_handler + no_path_retry("12")},
    {"HP", "LOGICAL VOLUME", page_83, multibus + no_path_retry("12")},
    {"HP", "(P2000 G3 FC|P2000G3 FC/iSCSI|P2000 G3 SAS|P2000 G3 iSCSI)", page_83,
     alua + no_path_retry("18")},
    {"LEFTHAND", "(P4000|iSCSIDisk|FCDISK)", page_83, alua + no_path_retry("18")},
    {"Nimble", "Server", page_83, alua_handler + no_path_retry("queue")},
    {"SGI", "TP9100", page_83, multibus},
    {"SGI", "TP9[3457]00", page_83, rdac, "Universal Xport"},
    {"SGI", "IS", page_83, rdac, "Universal Xport"},
    {"SGI", "^DD[46]A-", page_83, alua + no_path_retry("30")},
    {"DDN", "SAN DataDirector", page_83, multibus},
    {"DDN", "^EF3010", page_83, multibus + no_path_retry("30")},
    {"DDN", "^(EF3015|S2A|SFA)", page_83, alua + no_path_retry("30")},
    {"NEXENTA", "COMSTAR", page_83, by_serial + no_path_retry("30")},
    {"TEGILE", "(ZEBI-(FC|ISCSI)|INTELLIFLASH)", page_83, alua_handler + no_path_retry("10")},
    {"EMC", "SYMMETRIX", page_83, multibus + no_path_retry("6")},
    {"NVME", "EMC PowerMax", page_83, no_path_retry("queue")},
    {"^DGC", "^(RAID|DISK|VRAID)", page_83,
     path_grouping_policy("group_by_prio") + path_checker("emc_clariion") + detect_checker("no") +
         hardware_handler("1 emc") + prio("emc") + failback("immediate") + no_path_retry("60"),
     "LUNZ"},
    {"EMC", "Invista", page_83, multibus + no_path_retry("5"), "LUNZ"},
    {"XtremIO", "XtremApp", page_83, multibus},
    {"COMPELNT", "Compellent Vol", page_83, by_priority + no_path_retry("queue")},
    {"DELL", "^MD3", page_83, rdac, "Universal Xport"},
    {"DellEMC", "PowerStore", page_83, alua_handler + no_path_retry("3") + fast_io_fail_tmo("15")},
    {"NVME", "dellemc-powerstore", page_83, no_path_retry("3")},
    {"DellEMC", "^ME", page_83, alua_handler},
    {"EQLOGIC", "100E-00", page_83, multibus + no_path_retry("30")},
    {"FSC", "CentricStor", page_83, by_serial},
    {"FUJITSU", "ETERNUS_DX(H|L|M|400|8000)", page_83, alua + no_path_retry("10")},
    {"(EUROLOGC|EuroLogc)", "FC2502", page_83, multibus},
    {"FUJITSU", "E[234]000", page_83, alua + no_path_retry("10")},
    {"FUJITSU", "E[68]000", page_83, multibus + no_path_retry("10")},
    {"FUJITSU", "ETERNUS_AHB", page_83, rdac, "Universal Xport"},
    {"(HITACHI|HP|HPE)", "^OPEN-", page_83, by_priority + no_path_retry("10")},
    {"HITACHI", "^DF", page_83,
     path_grouping_policy("group_by_prio") + prio("hds") + failback("immediate") +
         no_path_retry("queue")},
    {"HITACHI", "^DF600F", page_83, multibus},
    {"HITACHI", "Hi-SDS", page_83,
     path_grouping_policy("group_by_prio") + path_checker("directio") + detect_checker("no") +
         prio("alua") + failback("immediate") + no_path_retry("6")},
    {"NVME", "HITACHI SVOS-RF-System", page_83, no_path_retry("queue")},
    {"IBM", "ProFibre 4000R", page_83, multibus},
    {"IBM", "^1722-600", page_83, rdac, "Universal Xport"},
    {"IBM", "^1724", page_83, rdac, "Universal Xport"},
    {"IBM", "^1726", page_83, rdac, "Universal Xport"},
    {"IBM", "^1742", page_83, rdac, "Universal Xport"},
    {"IBM", "^1746", page_83, rdac, "Universal Xport"},
    {"IBM", "^1813", page_83, rdac, "Universal Xport"},
    {"IBM", "^1814", page_83, rdac, "Universal Xport"},
    {"IBM", "^1815", page_83, rdac, "Universal Xport"},
    {"IBM", "^1818", page_83, rdac, "Universal Xport"},
    {"IBM", "^3526", page_83, rdac, "Universal Xport"},
    {"IBM", "^(3542|3552)", page_83, rdac, "Universal Xport"},
    {"IBM", "^2105", page_83, multibus + no_path_retry("queue")},
    {"IBM", "^1750500", page_83, alua + no_path_retry("queue")},
    {"IBM", "^2107900", page_83, by_priority + no_path_retry("queue")},
    {"IBM", "^2145", page_83, alua + no_path_retry("queue")},
    {"NVME", "IBM[ ]+2145", page_83, no_path_retry("queue")},
    {"IBM", "S/390 DASD ECKD", page_83,
     multibus + uid_attribute("ID_UID") + path_checker("directio") + no_path_retry("queue"),
     "S/390 DASD ECKD"},
    {"IBM", "S/390 DASD FBA", page_83,
     multibus + uid_attribute("ID_UID") + path_checker("directio") + no_path_retry("queue"),
     "S/390 DASD FBA"},
    {"IBM", "^IPR", page_83, alua_handler + no_path_retry("queue")},
    {"IBM", "1820N00", page_83, alua + no_path_retry("queue")},
    {"(XIV|IBM)", "(NEXTRA|2810XIV)", page_83,
     path_grouping_policy("group_by_prio") + failback("15") + no_path_retry("queue")},
    {"(TMS|IBM)", "(RamSan|FlashSystem)", page_83, multibus},
    {"NVME", "FlashSystem", page_83, no_path_retry("fail")},
    {"IBM", "^(DCS9900|2851)", page_83, alua + no_path_retry("30")},
    {"AIX", "VDASD", page_83, multibus + no_path_retry("60")},
    {"IBM", "3303[ ]+NVDISK", page_83, no_path_retry("60")},
    {"AIX", "NVDISK", page_83, alua_handler + no_path_retry("60")},
    {"LENOVO", "DE_Series", page_83, rdac, "Universal Xport"},
    {"NETAPP", "LUN", page_83,
     path_grouping_policy("group_by_prio") + features("2 pg_init_retries 50") + prio("ontap") +
         failback("immediate") + no_path_retry("queue") + flush_on_last_del("always") +
         dev_loss_tmo("infinity") + user_friendly_names("no")},
    {"(NETAPP|LSI|ENGENIO)", "INF-01-00", page_83, rdac, "Universal Xport"},
    {"SolidFir", "SSD SAN", page_83, multibus + no_path_retry("24")},
    {"NVME", "^NetApp ONTAP Controller", page_83, no_path_retry("queue")},
    {"NEC", "DISK ARRAY", page_83, alua_handler},
    {"^Pillar", "^Axiom", page_83, alua},
    {"^Oracle", "^Oracle FS", page_83, alua},
    {"STK", "BladeCtlr", page_83, rdac, "Universal Xport"},
    {"STK", "OPENstorage", page_83, rdac, "Universal Xport"},
    {"STK", "FLEXLINE 380", page_83, rdac, "Universal Xport"},
    {"SUN", "StorEdge 3", page_83, multibus},
    {"SUN", "STK6580_6780", page_83, rdac, "Universal Xport"},
    {"SUN", "CSM[12]00_R", page_83, rdac, "Universal Xport"},
    {"SUN", "LCSM100_[IEFS]", page_83, rdac, "Universal Xport"},
    {"SUN", "SUN_6180", page_83, rdac, "Universal Xport"},
    {"SUN", "ArrayStorage", page_83, rdac, "Universal Xport"},
    {"SUN", "(Sun Storage|ZFS Storage|COMSTAR)", page_83, alua + no_path_retry("30")},
    {"PIVOT3", "RAIGE VOLUME", page_83, multibus + no_path_retry("queue")},
    {"(NexGen|Pivot3)", "(TierStore|vSTAC)", page_83, alua + no_path_retry("queue")},
    {"(Intel|INTEL)", "Multi-Flex", page_83, alua_handler + no_path_retry("queue"), "VTrak V-LUN"},
    {"(LIO-ORG|SUSE)", ".*", page_83,
     path_grouping_policy("group_by_prio") + path_checker("directio") + detect_checker("no") +
         hardware_handler("1 alua") + prio("alua") + failback("immediate") + no_path_retry("12")},
    {"^SCST_", ".*", page_83, alua + no_path_retry("12")},
    {"DataCore", "SANmelody", page_83, alua + no_path_retry("queue")},
    {"DataCore", "Virtual Disk", page_83, alua + no_path_retry("queue")},
    {"PURE", "FlashArray", page_83,
     path_grouping_policy("group_by_prio") + hardware_handler("1 alua") + prio("alua") +
         detect_prio("no") + failback("immediate") + fast_io_fail_tmo("10") +
         max_sectors_kb("4096")},
    {"NVME", "Pure Storage FlashArray", page_83, no_path_retry("10")},
    {"^(HUAWEI|HUASY|HS)", "^(Dorado[25]|HVS8|S[23568]|V1[568]|VIS6000)", page_83,
     by_priority + no_path_retry("15")},
    {"^(HUAWEI|AnyStor|Marstor|NETPOSA|SanM|SUGON|UDsafe)", "XSG1", page_83,
     by_priority + no_path_retry("15")},
    {"NVME", "Huawei-XSG1", page_83, no_path_retry("12")},
    {"KOVE", "XPD", page_83, multibus},
    {"NFINIDAT", "InfiniBox", page_83,
     path_grouping_policy("group_by_prio") + prio("alua") + detect_prio("no") +
         failback("immediate") + no_path_retry("queue") + flush_on_last_del("always") +
         fast_io_fail_tmo("15") + dev_loss_tmo("infinity")},
    {"NVME", "InfiniBox", page_83, no_path_retry("queue")},
    {"KMNRIO", "K2", page_83, multibus},
    {"NEXSAN", "NXS-B0", page_83, alua + no_path_retry("15")},
    {"NEXSAN", "SATAB", page_83, alua + no_path_retry("15")},
    {"Nexsan", "(NestOS|NST5000)", page_83, alua_handler + no_path_retry("30")},
    {"VIOLIN", "SAN ARRAY$", page_83, by_serial + no_path_retry("30")},
    {"VIOLIN", "SAN ARRAY ALUA", page_83, alua_handler + no_path_retry("30")},
    {"VIOLIN", "CONCERTO ARRAY", page_83, multibus + no_path_retry("30")},
    {"(XIOTECH|XIOtech)", "ISE", page_83, multibus + no_path_retry("12")},
    {"(XIOTECH|XIOtech)", "IGLU DISK", page_83, multibus + no_path_retry("30")},
    {"(XIOTECH|XIOtech)", "Magnitude", page_83, multibus + no_path_retry("30")},
    {"Vexata", "VX", page_83, multibus + no_path_retry("30")},
    {"Promise", "VTrak", page_83, alua_handler + no_path_retry("30"), "VTrak V-LUN"},
    {"Promise", "Vess", page_83, alua_handler + no_path_retry("30"), "Vess V-LUN"},
    {"^IFT", ".*", page_83, alua + no_path_retry("30")},
    {"DotHill", "SANnet", page_83, multibus + no_path_retry("30")},
    {"DotHill", "R/Evo", page_83, alua + no_path_retry("30")},
    {"DotHill", "^DH", page_83, alua + no_path_retry("30")},
    {"SEAGATE", "STJX", page_83, alua + no_path_retry("30")},
    {"SEAGATE", "^[456]", page_83, alua + no_path_retry("30")},
    {"AStor", "NeoSapphire", page_83, by_priority + no_path_retry("30")},
    {"INSPUR", "MCS", page_83, alua},
    {"MacroSAN", "LU", page_83, alua + no_path_retry("30")},
    {"Quantum", "(StorNext QX|QXS)", page_83, alua + no_path_retry("18"), "cvfsctl"},
    {"QUANTUM", "^(F|P|H)[24]", page_83, alua + no_path_retry("30")},
    {"QUANTUM", "^F1", page_83, by_serial + no_path_retry("30")},
    {"VSTORAGE", "VSTOR-DISK", page_83,
     path_grouping_policy("group_by_node_name") + features("2 pg_init_retries 50") + prio("alua") +
         detect_prio("no") + failback("immediate") + no_path_retry("queue") +
         flush_on_last_del("always")},
    {"^Qsan", ".*", page_83,
     path_grouping_policy("group_by_prio") + prio_args("exclusive_pref_bit") +
         failback("immediate") + no_path_retry("30")},
    {"NVME", "VASTData", page_83, no_path_retry("queue")},

    // Arrays of earlier versions of this table, and arrays that implement page 0x83 correctly.
    {"^(COMPAQ|DEC)$", "\\(C\\)COMPAQ", page_83},
    {"^HITACHI$", "^DF[456]00", page_83},
    {"^PILLAR", "Axiom", page_83, alua},
    {"^(FUJITSU|FSC)", "CentricStor", page_83},
    {"^TOSHIBA$", "ANNEX", page_83},
    {"^(Infortrend|ForceGRD|FORCE10)", "", page_83},
    {"^STORMAGE", "", page_83},
    {"^PROMISE", "(VTrak|Vess)", page_83, alua_handler + no_path_retry("30"), "V-LUN"},
    {"^KAMINARI", "", page_83},
    {"^NEXSAN$", "", page_83},

    // Arrays and targets that multipath-tools does not list. Names are from published listings of
    // `multipath -ll` and lsscsi; settings only where the vendor or a listing shows them.
    {"^NUTANIX$", "^VDISK$", page_83},
    {"^STARWIND$", "STARWIND", page_83, alua_handler},
    {"^DATERA$", "IBLOCK", page_83,
     path_grouping_policy("group_by_prio") + path_selector("queue-length 0") +
         hardware_handler("1 alua") + prio("alua") + failback("5")},
    {"^OSNEXUS$", "QUANTASTOR", page_83,
     path_grouping_policy("group_by_prio") + hardware_handler("1 alua") + failback("immediate") +
         no_path_retry("10")},
    {"^FALCON$", "IPSTOR DISK", page_83},
    {"^OI$", "COMSTAR", page_83, by_serial + no_path_retry("30")},
    {"^ORACLE$", "BlockVolume", page_83},

    // Targets in software and virtual disks.
    {"^IET$", "VIRTUAL-DISK", page_83},
    {"^(FreeNAS|TrueNAS)$", "iSCSI Disk", page_83},
    {"^SYNOLOGY$", "", page_83},
    {"^QNAP$", "iSCSI Storage", page_83},
    {"^Linux$", "scsi_debug", page_83},
    {"^QEMU$", "QEMU HARDDISK", page_83},
    {"^Msft$", "Virtual Disk", page_83},
    {"^Google$", "PersistentDisk", page_83},
    {"^VBOX$", "HARDDISK", page_83},

    // Units that are not disks of an array.
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
};

}  // namespace

std::span<const HardwareEntry> built_in_hardware() { return hardware; }

}  // namespace multipath
