/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The kernel's part of one default container, and nothing else: what a perfect runtime could not
 * leave out on cgroup v2. No configuration is read, nothing is recorded, nothing is checked but the
 * results of the system calls. Must not know anything of the runtime that is measured against it.
 *
 * floor ROOTFS CGROUP ARG...
 * makes the cgroup directory CGROUP, starts ARG... in a container of ROOTFS (which has the
 * directories dev, proc and sys) in it, waits, removes CGROUP, exits with the container's status.
 */
#include <linux/capability.h>
#include <linux/close_range.h>
#include <linux/fcntl.h>
#include <linux/if.h>
#include <linux/mount.h>
#include <linux/openat2.h>
#include <linux/prctl.h>
#include <linux/sched.h>
#include <linux/sockios.h>
#include <linux/stat.h>

#include "bare.h"

#define NO_ENTRY     (-2) /* -ENOENT */
#define SIGCHLD_NR   17
#define MNT_DETACH   2
#define MS_REC_SLAVE (16384 | (1 << 19))
#define COUNT(a)     (sizeof(a) / sizeof((a)[0]))
#define NO_PROGRAMS  (MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC)
#define SANDBOX      (NO_PROGRAMS | MOUNT_ATTR_NODEV)
#define KEPT_CAPS    ((1U << CAP_AUDIT_WRITE) | (1U << CAP_KILL) | (1U << CAP_NET_BIND_SERVICE))

struct fs_option {
	const char *key; /* NULL ends them */
	const char *value;
};

struct fs_mount {
	const char *type;
	const char *target; /* beneath the root */
	const char *make;   /* directory to make in /dev first, or NULL */
	unsigned int attr;
	const struct fs_option *options;
};

static const struct fs_option none[] = { { 0 } };

static const struct fs_option dev_options[] = {
	{"mode",  "755"   },
	{ "size", "65536k"},
	{ 0,      0       },
};

static const struct fs_option pts_options[] = {
	{"newinstance", 0     },
        { "ptmxmode",   "0666"},
        { "mode",       "0620"},
        { "gid",        "5"   },
        { 0,            0     },
};

static const struct fs_option shm_options[] = {
	{"mode",  "1777"  },
	{ "size", "65536k"},
	{ 0,      0       },
};

static const struct fs_mount mounts[] = {
	{"tmpfs",    "dev",           0,        MOUNT_ATTR_NOSUID | MOUNT_ATTR_STRICTATIME, dev_options},
	{ "proc",    "proc",          0,        0,					  none       },
	{ "devpts",  "dev/pts",       "pts",    NO_PROGRAMS,                                pts_options},
	{ "tmpfs",   "dev/shm",       "shm",    SANDBOX,                                    shm_options},
	{ "mqueue",  "dev/mqueue",    "mqueue", SANDBOX,                                    none       },
	{ "sysfs",   "sys",           0,        SANDBOX | MOUNT_ATTR_RDONLY,                none       },
	{ "cgroup2", "sys/fs/cgroup", 0,        SANDBOX | MOUNT_ATTR_RDONLY,                none       },
};

static const struct {
	const char *name;
	unsigned int device; /* major 256s, minor ones: as the kernel packs small numbers */
} nodes[] = {
	{"null",     0x103},
        { "zero",    0x105},
        { "full",    0x107},
	{ "random",  0x108},
        { "urandom", 0x109},
        { "tty",     0x500},
};

static const struct {
	const char *target;
	const char *name;
} links[] = {
	{"/proc/self/fd",    "fd"    },
        { "/proc/self/fd/0", "stdin" },
	{ "/proc/self/fd/1", "stdout"},
        { "/proc/self/fd/2", "stderr"},
	{ "pts/ptmx",        "ptmx"  },
};

static const char *const masked[] = {
	"proc/acpi",          "proc/asound",     "proc/kcore",       "proc/keys",
	"proc/latency_stats", "proc/timer_list", "proc/timer_stats", "proc/sched_debug",
	"sys/firmware",       "proc/scsi",
};

static const char *const read_only[] = {
	"proc/bus", "proc/fs", "proc/irq", "proc/sys", "proc/sysrq-trigger",
};

static const char *const environment[] = {
	"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
	"TERM=xterm",
	0,
};

static void say(const char *text)
{
	long length = 0;

	while (text[length])
		length++;
	bare_call3(__NR_write, 2, text, length);
}

/* The result, or the end of the program with what and the errno on standard error. */
static int must(long result, const char *what)
{
	char digits[] = "   \n";

	if (result >= 0)
		return (int)result;
	for (int i = 2; i >= 0 && result; i--, result /= 10)
		digits[i] = (char)('0' - result % 10);
	say("floor: ");
	say(what);
	say(": errno ");
	say(digits);
	bare_exit(125);
}

static void close_fd(int fd)
{
	bare_call1(__NR_close, fd);
}

/* A path beneath the root, whatever links lie in it; negative when it is not there. */
static int open_beneath(int root_fd, const char *path)
{
	struct open_how how;

	how.flags = O_PATH | O_CLOEXEC;
	how.mode = 0;
	how.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS;
	long fd = bare_call4(__NR_openat2, root_fd, path, &how, sizeof(how));

	return fd == NO_ENTRY ? NO_ENTRY : must(fd, path);
}

static void attach(int mount_fd, int target_fd, const char *what)
{
	must(bare_call5(__NR_move_mount, mount_fd, "", target_fd, "",
			MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH),
	     what);
}

static int clone_tree(int dir_fd, const char *path)
{
	int flags = OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_RECURSIVE | AT_EMPTY_PATH;

	return must(bare_call3(__NR_open_tree, dir_fd, path, flags), "open_tree");
}

static void make_read_only(int tree_fd)
{
	struct mount_attr attr;

	attr.attr_set = MOUNT_ATTR_RDONLY;
	attr.attr_clr = 0;
	attr.propagation = 0;
	attr.userns_fd = 0;
	must(bare_call5(__NR_mount_setattr, tree_fd, "", AT_EMPTY_PATH | AT_RECURSIVE, &attr,
			sizeof(attr)),
	     "mount_setattr");
}

/* A new instance of a filesystem, attached nowhere yet. */
static int make_filesystem(const struct fs_mount *m)
{
	int fs_fd = must(bare_call2(__NR_fsopen, m->type, FSOPEN_CLOEXEC), m->type);

	must(bare_call5(__NR_fsconfig, fs_fd, FSCONFIG_SET_STRING, "source", m->type, 0), "source");
	for (const struct fs_option *o = m->options; o->key; o++)
		must(bare_call5(__NR_fsconfig, fs_fd,
				o->value ? FSCONFIG_SET_STRING : FSCONFIG_SET_FLAG, o->key,
				o->value, 0),
		     o->key);
	must(bare_call5(__NR_fsconfig, fs_fd, FSCONFIG_CMD_CREATE, 0, 0, 0), m->type);
	int mount_fd = must(bare_call3(__NR_fsmount, fs_fd, FSMOUNT_CLOEXEC, m->attr), m->type);

	close_fd(fs_fd);
	return mount_fd;
}

static int mount_filesystem(int root_fd, const struct fs_mount *m)
{
	int mount_fd = make_filesystem(m);
	int target_fd = must(open_beneath(root_fd, m->target), m->target);

	attach(mount_fd, target_fd, m->target);
	close_fd(target_fd);
	return mount_fd;
}

static int make_root(const char *rootfs)
{
	must(bare_call5(__NR_mount, 0, "/", 0, MS_REC_SLAVE, 0), "propagation");
	int root_fd = clone_tree(AT_FDCWD, rootfs);

	make_read_only(root_fd);
	must(bare_call5(__NR_move_mount, root_fd, "", AT_FDCWD, rootfs, MOVE_MOUNT_F_EMPTY_PATH),
	     "root");
	return root_fd;
}

static void fill_dev(int dev_fd)
{
	for (unsigned int i = 0; i < COUNT(nodes); i++)
		must(bare_call4(__NR_mknodat, dev_fd, nodes[i].name, 0020666, nodes[i].device),
		     nodes[i].name);
	for (unsigned int i = 0; i < COUNT(links); i++)
		must(bare_call3(__NR_symlinkat, links[i].target, dev_fd, links[i].name),
		     links[i].name);
}

/* Files become the null device, directories one and the same empty filesystem. */
static void mask_paths(int root_fd, int dev_fd)
{
	static const struct fs_mount empty = { "tmpfs", 0, 0, MOUNT_ATTR_RDONLY, none };
	struct statx sx;
	int empty_fd = -1;

	for (unsigned int i = 0; i < COUNT(masked); i++) {
		int fd = open_beneath(root_fd, masked[i]);

		if (fd == NO_ENTRY)
			continue;
		sx.stx_mode = 0;
		must(bare_call5(__NR_statx, fd, "", AT_EMPTY_PATH, STATX_TYPE, &sx), masked[i]);
		int cover_fd = -1;

		if ((sx.stx_mode & 0170000) != 0040000)
			cover_fd = clone_tree(dev_fd, "null");
		else if (empty_fd >= 0)
			cover_fd = clone_tree(empty_fd, "");
		else
			cover_fd = empty_fd = make_filesystem(&empty);
		attach(cover_fd, fd, masked[i]);
		if (cover_fd != empty_fd)
			close_fd(cover_fd);
		close_fd(fd);
	}
}

static void protect_paths(int root_fd)
{
	for (unsigned int i = 0; i < COUNT(read_only); i++) {
		int fd = open_beneath(root_fd, read_only[i]);

		if (fd == NO_ENTRY)
			continue;
		int tree_fd = clone_tree(fd, "");

		make_read_only(tree_fd);
		attach(tree_fd, fd, read_only[i]);
		close_fd(tree_fd);
		close_fd(fd);
	}
}

static void make_mounts(int root_fd)
{
	int dev_fd = -1;

	bare_call1(__NR_umask, 0);
	for (unsigned int i = 0; i < COUNT(mounts); i++) {
		if (mounts[i].make)
			must(bare_call3(__NR_mkdirat, dev_fd, mounts[i].make, 0755),
			     mounts[i].make);
		int mount_fd = mount_filesystem(root_fd, &mounts[i]);

		if (dev_fd < 0)
			dev_fd = mount_fd; /* the first one */
		else
			close_fd(mount_fd);
	}
	fill_dev(dev_fd);
	mask_paths(root_fd, dev_fd);
	protect_paths(root_fd);
	bare_call1(__NR_umask, 022);
}

static void enter_root(int root_fd)
{
	must(bare_call1(__NR_fchdir, root_fd), "fchdir");
	must(bare_call2(__NR_pivot_root, ".", "."), "pivot_root");
	must(bare_call2(__NR_umount2, ".", MNT_DETACH), "umount2");
	must(bare_call1(__NR_chdir, "/"), "chdir");
}

static void raise_loopback(void)
{
	struct ifreq ifr;
	int fd = must(bare_call3(__NR_socket, 2 /* AF_INET */, 2 | O_CLOEXEC /* datagrams */, 0),
		      "socket");

	for (unsigned int i = 0; i < IFNAMSIZ; i++)
		ifr.ifr_name[i] = (char)(i == 0 ? 'l' : i == 1 ? 'o' : 0);
	ifr.ifr_flags = 1 /* IFF_UP */;
	must(bare_call3(__NR_ioctl, fd, SIOCSIFFLAGS, &ifr), "loopback");
	close_fd(fd);
}

static void drop_capabilities(void)
{
	struct __user_cap_header_struct header = { _LINUX_CAPABILITY_VERSION_3, 0 };
	struct __user_cap_data_struct data[2] = {
		{KEPT_CAPS, KEPT_CAPS, 0},
                { 0,        0,         0}
	};

	for (int cap = 0; cap <= CAP_LAST_CAP; cap++)
		if (cap > 31 || !(KEPT_CAPS & (1U << cap)))
			must(bare_call2(__NR_prctl, PR_CAPBSET_DROP, cap), "bounding set");
	must(bare_call2(__NR_prctl, PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL), "ambient set");
	must(bare_call2(__NR_capset, &header, data), "capset");
}

static void become_user(void)
{
	static const unsigned long long limit[2] = { 1024, 1024 };

	must(bare_call4(__NR_prlimit64, 0, 7 /* RLIMIT_NOFILE */, limit, 0), "rlimit");
	must(bare_call2(__NR_setgroups, 0, 0), "setgroups");
	must(bare_call3(__NR_setresgid, 0, 0, 0), "setresgid");
	must(bare_call3(__NR_setresuid, 0, 0, 0), "setresuid");
	drop_capabilities();
	must(bare_call2(__NR_prctl, PR_SET_NO_NEW_PRIVS, 1), "no_new_privs");
}

_Noreturn static void be_container(const char *rootfs, char **args)
{
	must(bare_call0(__NR_setsid), "setsid");
	int root_fd = make_root(rootfs);

	make_mounts(root_fd);
	raise_loopback();
	must(bare_call2(__NR_sethostname, "floor", 5), "sethostname");
	enter_root(root_fd);
	become_user();
	must(bare_call3(__NR_close_range, 3, ~0U, CLOSE_RANGE_CLOEXEC), "close_range");
	must(bare_call3(__NR_execve, args[0], args, environment), args[0]);
	bare_exit(125);
}

static long clone_into(int cgroup_fd)
{
	static struct clone_args args;

	args.flags = CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWNS |
		     CLONE_NEWCGROUP | CLONE_INTO_CGROUP;
	args.exit_signal = SIGCHLD_NR;
	args.cgroup = (unsigned long)cgroup_fd;
	return bare_call2(__NR_clone3, &args, sizeof(args));
}

int bare_main(int argc, char **argv)
{
	int status = 0;

	if (argc < 4) {
		say("usage: floor ROOTFS CGROUP ARG...\n");
		return 2;
	}
	must(bare_call3(__NR_mkdirat, AT_FDCWD, argv[2], 0755), argv[2]);
	int cgroup_fd = must(
		bare_call4(__NR_openat, AT_FDCWD, argv[2], O_DIRECTORY | O_PATH | O_CLOEXEC, 0),
		argv[2]);
	long pid = clone_into(cgroup_fd);

	if (pid == 0)
		be_container(argv[1], argv + 3);
	if (pid > 0)
		bare_call4(__NR_wait4, pid, &status, 0, 0);
	must(bare_call3(__NR_unlinkat, AT_FDCWD, argv[2], AT_REMOVEDIR), argv[2]);
	must(pid, "clone3");
	return status & 0x7f ? 128 + (status & 0x7f) : (status >> 8) & 0xff;
}
