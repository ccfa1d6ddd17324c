// Made-up trees of control groups of each version.
#define CAF_SUITE read_groups_linux

#include "actors/group_watch/file_changes_linux.hpp"
#include "actors/group_watch/group_look.hpp"
#include "actors/group_watch/name_containers_linux.hpp"
#include "actors/group_watch/parse_container.hpp"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <string>
#include <tuple>
#include <unistd.h>
#include <utility>

#include "support/temporary_folder.hpp"
#include "support/test.hpp"

using namespace pmactor;
using namespace std::chrono_literals;

namespace {

namespace fs = std::filesystem;
using std::chrono::nanoseconds;

const std::string id(64, 'a');
const std::string other_id(64, 'b');

enum class version { v1, v2, hybrid };

/// Thousands of folders are made and removed a hundred times faster where there is no disk.
struct in_memory {
  in_memory() {
    if (::access("/dev/shm", W_OK) == 0)
      ::setenv("TMPDIR", "/dev/shm", 1);
  }
};

/// A file system with the groups of a machine.
struct machine {
  in_memory before;
  temporary_folder folder;
  version is;

  explicit machine(version x) : is{x} {
    std::string mounts, own;
    const auto mount = [&mounts](const std::string& point, const std::string& type,
                                 const std::string& options) {
      mounts +=
        "25 1 0:22 / " + point + " rw,nosuid - " + type + ' ' + type + " rw" + options + '\n';
    };
    if (x == version::v2) {
      mount("/sys/fs/cgroup", "cgroup2", ",nsdelegate");
      own = "0::/system.slice/pmactor.service\n";
    } else {
      for (const char* controller : {"cpu,cpuacct", "freezer", "memory"})
        mount("/sys/fs/cgroup/" + std::string{controller}, "cgroup", ',' + std::string{controller});
      own = "4:memory:/system.slice/pmactor.service\n3:freezer:/\n"
            "2:cpu,cpuacct:/system.slice/pmactor.service\n";
      if (x == version::hybrid) {
        mount("/sys/fs/cgroup/unified", "cgroup2", "");
        own += "0::/system.slice/pmactor.service\n";
      }
    }
    write("/proc/self/mountinfo", mounts);
    write("/proc/self/cgroup", own);
    write("/proc/cgroups", "#subsys_name\thierarchy\tnum_cgroups\tenabled\ncpu\t2\t4\t1\n");
    add("/system.slice");
    add("/system.slice/pmactor.service");
  }

  void write(const std::string& path, const std::string& text) const {
    const auto file = folder.path.string() + path;
    fs::create_directories(fs::path{file}.parent_path());
    std::ofstream{file} << text;
  }
  std::string counters() const { ///< Where the group's quota is.
    return is == version::v2 ? "/sys/fs/cgroup" : "/sys/fs/cgroup/cpu,cpuacct";
  }

  void add(const std::string& group) const {
    throttle(group, 0, 0);
    if (is == version::v2) {
      write(counters() + group + "/cgroup.events", "populated 1\nfrozen 0\n");
      write(counters() + group + "/memory.events", "low 0\nhigh 0\nmax 0\noom 0\noom_kill 0\n");
      write(counters() + group + "/cpu.max", "50000 100000\n");
    } else {
      write(counters() + group + "/cpu.cfs_quota_us", "50000\n");
      write(counters() + group + "/cpu.cfs_period_us", "100000\n");
      write("/sys/fs/cgroup/freezer" + group + "/freezer.state", "THAWED\n");
      write("/sys/fs/cgroup/memory" + group + "/memory.oom_control", "oom_kill 0\n");
    }
    if (is == version::hybrid)
      write("/sys/fs/cgroup/unified" + group + "/cgroup.events", "populated 1\nfrozen 0\n");
  }
  void throttle(const std::string& group, int periods, int milliseconds) const {
    write(counters() + group + "/cpu.stat",
          "nr_periods 50\nnr_throttled " + std::to_string(periods)
            + (is == version::v2
                 ? "\nthrottled_usec " + std::to_string(milliseconds) + "000\n"
                 : "\nthrottled_time " + std::to_string(milliseconds) + "000000\n"));
  }
  /// Allows little more than nothing of a CPU.
  void starve(const std::string& group) const {
    if (is == version::v2)
      write(counters() + group + "/cpu.max", "1000 100000\n");
    else
      write(counters() + group + "/cpu.cfs_quota_us", "1000\n");
  }
  void freeze(const std::string& group) const {
    if (is == version::v1)
      write("/sys/fs/cgroup/freezer" + group + "/freezer.state", "FROZEN\n");
    else
      write((is == version::v2 ? counters() : "/sys/fs/cgroup/unified") + group + "/cgroup.events",
            "populated 1\nfrozen 1\n");
  }
  void kill_in(const std::string& group) const {
    if (is == version::v2)
      write(counters() + group + "/memory.events", "low 0\nhigh 7\nmax 3\noom 1\noom_kill 1\n");
    else
      write("/sys/fs/cgroup/memory" + group + "/memory.oom_control", "oom_kill 1\n");
  }
  /// Has the kernel count other groups than before, by which the reader knows that they changed.
  void recount(int groups) const {
    if (is != version::v1)
      write(is == version::v2 ? "/sys/fs/cgroup/cgroup.stat" : "/sys/fs/cgroup/unified/cgroup.stat",
            "nr_descendants " + std::to_string(groups) + '\n');
    if (is != version::v2)
      write("/proc/cgroups", "cpu\t2\t" + std::to_string(groups) + "\t1\n");
  }

  std::unique_ptr<group_reader> reader(std::size_t most = 2000) const {
    const auto host = host_groups(folder.path.string());
    return host.open ? host.open(most) : nullptr;
  }
};

/// @returns what is known of a group from all hierarchies together.
group_counts together(const group_look& look, const std::string& path) {
  group_counts result;
  for (const auto& x : look.groups)
    if (x.path == path) {
      result.path = path;
      const auto keep = [](auto& to, const auto& found) {
        if (found)
          to = found;
      };
      keep(result.throttles, x.throttles);
      keep(result.throttled, x.throttled);
      keep(result.quota, x.quota);
      keep(result.period, x.period);
      keep(result.oom_kills, x.oom_kills);
      keep(result.memory_full, x.memory_full);
      if (x.frozen)
        result.frozen = result.frozen.value_or(false) || *x.frozen;
    }
  return result;
}

} // namespace

CAF_TEST(the groups of each version are read with what holds them up) {
  for (const auto is : {version::v1, version::v2, version::hybrid}) {
    const machine host{is};
    host.add("/system.slice/postgresql.service");
    const auto aut = host.reader();
    CAF_REQUIRE(aut);
    auto x = together(aut->read(look_depth::counters), "/system.slice/postgresql.service");
    CAF_CHECK(x.throttles == 0u && x.throttled == 0ns);
    CAF_CHECK(x.frozen == false);
    CAF_CHECK(x.oom_kills == 0u);
    host.throttle("/system.slice/postgresql.service", 48, 3200);
    host.freeze("/system.slice/postgresql.service");
    host.kill_in("/system.slice/postgresql.service");
    x = together(aut->read(look_depth::counters), "/system.slice/postgresql.service");
    CAF_CHECK(x.throttles == 48u && x.throttled == 3200ms);
    CAF_CHECK(x.quota == 0.5 && x.period == 100ms);
    CAF_CHECK(x.frozen == true);
    CAF_CHECK(x.oom_kills == 1u);
  }
}

CAF_TEST(of a quota that is felt it is read each second what it holds up and of no other) {
  for (const auto is : {version::v1, version::v2, version::hybrid}) {
    const machine host{is};
    host.add("/a.slice");
    host.add("/b.slice");
    const auto aut = host.reader();
    aut->read(look_depth::counters);
    host.starve("/a.slice"); // found as it is written
    for (int second = 1; second < 3; ++second) {
      for (const char* group : {"/a.slice", "/b.slice"})
        host.throttle(group, second, 900 * second);
      const auto& look = aut->read(look_depth::stalls);
      CAF_CHECK(together(look, "/a.slice").throttled == 900ms * second);
      CAF_CHECK(together(look, "/b.slice").throttled == 0ns);
      CAF_CHECK_EQUAL(std::count_if(look.groups.begin(), look.groups.end(),
                                    [](const group_counts& x) { return x.has_new_throttles; }),
                      1);
    }
  }
}

CAF_TEST(its own group and those around it are none of others) {
  for (const auto is : {version::v1, version::v2, version::hybrid}) {
    const machine host{is};
    host.add("/system.slice/ssh.service");
    const auto aut = host.reader();
    for (const auto& x : aut->read(look_depth::counters).groups)
      if (x.id.find("/freezer/") == std::string::npos) { // of which it is in the root
        CAF_CHECK_EQUAL(x.path, "/system.slice/ssh.service");
      }
  }
}

CAF_TEST(its own group is none of others where a container sees a part of the tree) {
  const machine host{version::v2};
  host.write("/proc/self/mountinfo",
             "25 1 0:22 /docker/abc /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n");
  host.write("/proc/self/cgroup", "0::/docker/abc/system.slice/pmactor.service\n");
  host.add("/system.slice/ssh.service");
  const auto aut = host.reader();
  const auto& look = aut->read(look_depth::counters);
  CAF_REQUIRE_EQUAL(look.groups.size(), 1u);
  CAF_CHECK_EQUAL(look.groups[0].path, "/system.slice/ssh.service");
}

CAF_TEST(groups of controllers that share a hierarchy are listed once) {
  const machine host{version::v1};
  host.write("/proc/self/mountinfo",
             "25 1 0:22 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,memory,cpu,freezer\n");
  host.write("/proc/self/cgroup", "2:memory,cpu,freezer:/system.slice/pmactor.service\n");
  host.add("/system.slice/ssh.service");
  const auto aut = host.reader();
  CAF_CHECK_EQUAL(aut->read(look_depth::counters).groups.size(), 1u);
}

CAF_TEST(a group that comes is looked at as soon as the kernel counts it) {
  for (const auto is : {version::v1, version::v2, version::hybrid}) {
    const machine host{is};
    const auto aut = host.reader();
    aut->read(look_depth::counters);
    host.add("/user.slice");
    host.recount(9);
    CAF_CHECK_EQUAL(together(aut->read(look_depth::counters), "/user.slice").path, "/user.slice");
    fs::remove_all(host.folder.path.string() + host.counters() + "/user.slice");
    host.recount(8);
    CAF_CHECK(!together(aut->read(look_depth::counters), "/user.slice").throttles);
  }
}

CAF_TEST(a group that is made anew under its name is looked at like any other) {
  for (const auto is : {version::v2, version::hybrid}) {
    const machine host{is};
    host.add("/system.slice/ssh.service");
    const auto aut = host.reader();
    aut->read(look_depth::counters);
    fs::remove_all(host.folder.path.string() + host.counters() + "/system.slice/ssh.service");
    if (is == version::hybrid)
      fs::remove_all(host.folder.path.string() + "/sys/fs/cgroup/unified/system.slice/ssh.service");
    host.add("/system.slice/ssh.service"); // the kernel counts as many as before
    aut->read(look_depth::counters);
    host.freeze("/system.slice/ssh.service");
    host.kill_in("/system.slice/ssh.service");
    const auto x = together(aut->read(look_depth::counters), "/system.slice/ssh.service");
    CAF_CHECK(x.frozen == true);
    CAF_CHECK(x.oom_kills == 1u || is == version::hybrid);
  }
}

CAF_TEST(what a quota that is set later holds up is counted from then on) {
  for (const auto is : {version::v1, version::v2}) {
    const machine host{is};
    const std::string group = "/system.slice/ssh.service";
    host.add(group);
    const auto limit = [&](const std::string& quota) {
      if (is == version::v2)
        host.write(host.counters() + group + "/cpu.max", quota + " 100000\n");
      else
        host.write(host.counters() + group + "/cpu.cfs_quota_us",
                   (quota == "max" ? "-1" : quota) + '\n');
    };
    limit("max");
    const auto aut = host.reader();
    CAF_CHECK(together(aut->read(look_depth::counters), group).throttles == 0u);
    limit("20000");
    CAF_CHECK(together(aut->read(look_depth::counters), group).throttles == 0u);
    host.throttle(group, 10, 800);
    auto x = together(aut->read(look_depth::counters), group);
    CAF_CHECK(x.throttles == 10u && x.throttled == 800ms);
    CAF_CHECK(x.quota == 0.2);
    // The last turn that it waited for is counted when the quota is gone already.
    host.throttle(group, 12, 950);
    limit("max");
    x = together(aut->read(look_depth::counters), group);
    CAF_CHECK(x.throttles == 12u && x.throttled == 950ms);
    CAF_CHECK(!x.quota);
  }
}

CAF_TEST(pressure is looked at in a group only where some wait in the group around it) {
  const machine host{version::v2};
  host.add("/a.slice/busy.service");
  const auto press = [&host](const std::string& file, const std::string& some,
                             const std::string& full) {
    host.write(file, "some avg10=" + some + " avg60=0.00 avg300=0.00 total=9\nfull avg10=" + full
                       + " avg60=0.00 avg300=0.00 total=9\n");
  };
  const std::string slice = "/sys/fs/cgroup/a.slice", service = slice + "/busy.service";
  const auto aut = host.reader();
  const auto memory_full = [&aut] {
    return together(aut->read(look_depth::pressure), "/a.slice/busy.service").memory_full;
  };
  for (const auto& [machine, around, expected] :
       {std::tuple{"0.01", "0.01", std::optional{42.5}}, {"0.01", "0.00", std::nullopt},
        {"0.00", "9.00", std::nullopt}}) {
    press("/proc/pressure/memory", machine, "0.00");
    press(slice + "/memory.pressure", around, "0.00");
    press(service + "/memory.pressure", "60.00", "42.50");
    CAF_CHECK(memory_full() == expected);
  }
  press("/proc/pressure/memory", "0.01", "0.00");
  fs::remove(host.folder.path.string() + slice + "/memory.pressure"); // it may be off there
  CAF_CHECK(memory_full() == 42.5);
  CAF_CHECK(!together(aut->read(look_depth::counters), "/a.slice/busy.service").memory_full);
}

CAF_TEST(three hundred groups are read and of more than the bound it is said) {
  const machine host{version::v2};
  for (int i = 0; i < 30; ++i)
    for (int j = 0; j < 10; ++j)
      host.throttle("/s" + std::to_string(i) + ".slice/u" + std::to_string(j) + ".service", i, j);
  const auto all = host.reader();
  CAF_CHECK_EQUAL(all->read(look_depth::counters).groups.size(), 330u);
  CAF_CHECK_EQUAL(all->read(look_depth::counters).beyond, 0u);
  // What is looked at is what is nearest to the root: all slices, and some of what is in them.
  const auto some = host.reader(100);
  const auto& look = some->read(look_depth::counters);
  CAF_CHECK_EQUAL(look.groups.size(), 100u);
  CAF_CHECK(look.beyond > 0);
  for (int i = 0; i < 30; ++i)
    CAF_CHECK(together(look, "/s" + std::to_string(i) + ".slice").path != "");
}

CAF_TEST(two thousand groups and more are bounded and said) {
  const machine host{version::v2};
  for (int i = 0; i < 2500; ++i)
    fs::create_directory(host.folder.path.string() + "/sys/fs/cgroup/g" + std::to_string(i));
  const auto aut = host.reader();
  const auto& look = aut->read(look_depth::counters);
  CAF_CHECK_EQUAL(look.groups.size(), 2000u);
  CAF_CHECK_EQUAL(look.beyond, 500u);
}

CAF_TEST(containers are called as their runtime calls them) {
  const machine host{version::v2};
  const auto lookup = [&host](const std::string& of, const std::string& path) {
    std::function<void()> lookup_thread;
    container_names_reader aut{host.folder.path.string(), [&lookup_thread](std::function<void()> work) {
                                 lookup_thread = std::move(work);
                                 return true;
                               }};
    CAF_CHECK(!aut.name_of(of, path)); // it is never waited for
    CAF_CHECK(!aut.name_of(of, path));
    lookup_thread();
    return aut.name_of(of, path).value_or("not looked up");
  };
  const std::string user_path =
    "/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-" + id + ".scope";
  CAF_CHECK_EQUAL(lookup(id, "/docker/" + id), "");
  host.write("/var/log/containers/web-5d78c9869d-x2x9z_shop_nginx-" + id + ".log", "");
  CAF_CHECK_EQUAL(lookup(id, "/kubepods/pod1/" + id), "shop/web-5d78c9869d-x2x9z/nginx");
  host.write("/etc/passwd",
             "root:x:0:0:root:/root:/bin/sh\nann:x:1000:1000:Ann:/home/ann:/bin/sh\n");
  host.write("/home/ann/.local/share/containers/storage/overlay-containers/containers.json",
             "[{\"id\":\"" + other_id + "\",\"names\":[\"db\"]},{\"id\":\"" + id
               + "\",\"names\":[\"web\"],\"layer\":\"x\"}]");
  CAF_CHECK_EQUAL(lookup(id, user_path), "web");
  CAF_CHECK_EQUAL(lookup(other_id, user_path), "db");
  host.write("/var/lib/docker/containers/" + id + "/config.v2.json",
             "{\"ID\":\"" + id + "\",\"Name\":\"/nginx\",\"Driver\":\"overlay2\"}");
  CAF_CHECK_EQUAL(lookup(id, "/docker/" + id), "nginx");
}

CAF_TEST(a file that is watched stays so where no further one may be) {
  const temporary_folder folder;
  const auto one = folder.path / "one", two = folder.path / "two";
  std::ofstream{one} << "1";
  std::ofstream{two} << "1";
  file_changes changes{1};
  const auto watch = changes.watch_file(one.string(), std::nullopt);
  CAF_REQUIRE(watch);
  CAF_CHECK(!changes.watch_file(two.string(), std::nullopt));
  CAF_CHECK(changes.watch_file(one.string(), watch) == watch);
  std::ofstream{one} << "2";
  changes.take();
  CAF_CHECK(changes.contains(*watch));
  // Another file in its place takes its watch over.
  fs::rename(two, one);
  const auto other = changes.watch_file(one.string(), watch);
  CAF_CHECK(other && other != watch);
  std::ofstream{two} << "1";
  CAF_CHECK(!changes.watch_file(two.string(), std::nullopt));
}

CAF_TEST(what is damaged names no container) {
  CAF_CHECK_EQUAL(docker_name("{\"Name\":\"/ngi"), "");
  CAF_CHECK_EQUAL(docker_name(""), "");
  CAF_CHECK_EQUAL(podman_name("[{\"id\":\"" + id + "\"},{\"id\":\"b\",\"names\":[\"x\"]}]", id),
                  "");
  CAF_CHECK_EQUAL(kubernetes_name("web_shop-" + id + ".log", id), "");
  CAF_CHECK_EQUAL(kubernetes_name("", id), "");
  CAF_CHECK_EQUAL(user_of_group("/user.slice/user-x.slice/a"), "");
  CAF_CHECK_EQUAL(home_of("ann:x:1000", "1000"), "");
  CAF_CHECK_EQUAL(home_of("a:x:100:1::/a:\nb:x:1000:1::/b:/bin/sh", "1000"), "/b");
}
