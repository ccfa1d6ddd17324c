#define CAF_SUITE find_hypervisor

#include "actors/host/find_hypervisor.hpp"

#include <functional>

#include "support/test.hpp"

using namespace pmactor;

namespace {

std::string found(const std::function<void(machine_signs&)>& show) {
  machine_signs signs;
  show(signs);
  const auto fact = find_hypervisor(signs);
  return fact ? to_string(*fact) : "none";
}

} // namespace

CAF_TEST(a hypervisor is named by what it says to the CPU) {
  const auto by_cpu = [](const char* signature) {
    return found([&](machine_signs& x) { x.cpu_bit = true, x.cpu_signature = signature; });
  };
  CAF_CHECK_EQUAL(by_cpu("KVMKVMKVM"), "KVM, as the CPU says");
  CAF_CHECK_EQUAL(by_cpu("Microsoft Hv"), "Hyper-V, as the CPU says");
  CAF_CHECK_EQUAL(by_cpu("VMwareVMware"), "VMware, as the CPU says");
  CAF_CHECK_EQUAL(by_cpu("XenVMMXenVMM"), "Xen, as the CPU says");
  CAF_CHECK_EQUAL(by_cpu("no such name"), "a hypervisor, as the CPU says");
}

CAF_TEST(where the CPU is silent the kernel and the firmware are asked) {
  CAF_CHECK_EQUAL(found([](machine_signs& x) { x.kernel_type = "xen"; }), "xen, as the kernel says");
  CAF_CHECK_EQUAL(found([](machine_signs& x) { x.device_tree = "linux,kvm"; }),
                  "linux,kvm, as the kernel says");
  CAF_CHECK_EQUAL(found([](machine_signs& x) { x.maker = "QEMU", x.product = "Standard PC"; }),
                  "QEMU, as the firmware says");
  CAF_CHECK_EQUAL(found([](machine_signs& x) {
                    x.maker = "Microsoft Corporation", x.product = "Virtual Machine";
                  }),
                  "Hyper-V, as the firmware says");
}

CAF_TEST(bare metal has none even if a cloud or a maker of software sells it) {
  CAF_CHECK_EQUAL(found([](machine_signs&) {}), "none");
  CAF_CHECK_EQUAL(found([](machine_signs& x) { x.maker = "Dell Inc.", x.product = "XPS 13"; }), "none");
  CAF_CHECK_EQUAL(found([](machine_signs& x) { x.maker = "Amazon EC2", x.product = "m5.metal"; }), "none");
  CAF_CHECK_EQUAL(found([](machine_signs& x) {
                    x.maker = "Microsoft Corporation", x.product = "Surface Pro 9";
                  }),
                  "none");
}

CAF_TEST(a long or strange name is cut and made harmless) {
  const auto words = found([](machine_signs& x) { x.kernel_type = "a\x1b[31mvery-long-name-of-one"; });
  CAF_CHECK_EQUAL(words, "a_[31mvery-long, as the kernel says");
}
