#include "actors/host/find_hypervisor.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace pmactor {
namespace {

struct known_name {
  std::string_view sign; ///< What the sign begins with.
  std::string_view name;
};

constexpr std::array cpu_signatures{
  known_name{"KVMKVMKVM", "KVM"},        known_name{"Linux KVM Hv", "KVM"},
  known_name{"Microsoft Hv", "Hyper-V"}, known_name{"VMwareVMware", "VMware"},
  known_name{"XenVMMXenVMM", "Xen"},     known_name{"VBoxVBoxVBox", "VirtualBox"},
  known_name{"prl hyperv", "Parallels"}, known_name{" lrpepyh vr", "Parallels"},
  known_name{"bhyve bhyve", "bhyve"},    known_name{"TCGTCGTCGTCG", "QEMU"},
  known_name{"ACRNACRNACRN", "ACRN"},    known_name{"QNXQVMBSQG", "QNX"},
};

/// Makers and products of machines that exist in software only. A cloud's name is not among them:
/// some of its machines are bare metal, and its others show the CPU's bit.
constexpr std::array makers{
  known_name{"QEMU", "QEMU"},          known_name{"VMware", "VMware"},
  known_name{"innotek", "VirtualBox"}, known_name{"Xen", "Xen"},
  known_name{"Bochs", "Bochs"},        known_name{"Parallels", "Parallels"},
  known_name{"BHYVE", "bhyve"},        known_name{"Apple Virtualization", "Apple"},
};
constexpr std::array products{
  known_name{"KVM", "KVM"},
  known_name{"VirtualBox", "VirtualBox"},
  known_name{"Virtual Machine", "Hyper-V"},
  known_name{"VMware", "VMware"},
};

template <class Names>
std::string_view look_up(const Names& names, std::string_view sign) {
  const auto found = std::find_if(names.begin(), names.end(),
                                  [&](const known_name& x) { return sign.starts_with(x.sign); });
  return found == names.end() ? std::string_view{} : found->name;
}

hypervisor_fact fact(hypervisor_sign sign, std::string_view name) {
  hypervisor_fact result{sign, {}};
  const auto length = std::min(name.size(), result.name.size() - 1);
  for (std::size_t i = 0; i < length; ++i) // foreign bytes
    result.name[i] = name[i] > ' ' && name[i] <= '~' ? name[i] : '_';
  return result;
}

} // namespace

std::optional<hypervisor_fact> find_hypervisor(const machine_signs& signs) {
  if (signs.cpu_bit)
    return fact(hypervisor_sign::cpu, look_up(cpu_signatures, signs.cpu_signature));
  if (!signs.kernel_type.empty())
    return fact(hypervisor_sign::kernel, signs.kernel_type);
  if (!signs.device_tree.empty())
    return fact(hypervisor_sign::kernel, signs.device_tree);
  if (const auto name = look_up(makers, signs.maker); !name.empty())
    return fact(hypervisor_sign::firmware, name);
  if (const auto name = look_up(products, signs.product); !name.empty())
    return fact(hypervisor_sign::firmware, name);
  return std::nullopt;
}

} // namespace pmactor
