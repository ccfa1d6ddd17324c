// Decides whether this machine is a virtual one, and by which sign that is known. Bare metal loses
// time too (interrupts switched off, firmware), so without a sign no time is said to be taken by a
// hypervisor.
#pragma once

#include "messages/pause.hpp"

#include <optional>
#include <string>

namespace pmactor {

/// What a host shows of a hypervisor; empty is what it does not show.
struct machine_signs {
  bool cpu_bit = false;       ///< The hypervisor bit of CPUID.
  std::string cpu_signature;  ///< The twelve letters that CPUID then gives, e.g. "KVMKVMKVM".
  std::string kernel_type;    ///< /sys/hypervisor/type, e.g. "xen".
  std::string device_tree;    ///< /proc/device-tree/hypervisor/compatible, e.g. "linux,kvm".
  std::string maker, product; ///< /sys/class/dmi/id/sys_vendor and product_name.
};

/// @returns what this machine shows. On macOS nothing: no time is ever missing from its books.
machine_signs read_machine_signs();

std::optional<hypervisor_fact> find_hypervisor(const machine_signs& signs);

} // namespace pmactor
