/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Programs of the kernel's virtual machine, as far as the devices of a cgroup need them: how an
 * instruction looks, loading one, attaching it. Knows nothing of device rules.
 *
 * Sources: the kernel's Documentation/bpf/standardization/instruction-set.rst, bpf(2), and
 * include/uapi/linux/bpf.h for the device context.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

struct bpf_instruction {
	uint8_t code;
	uint8_t registers; /* BPF_REGISTERS */
	int16_t offset;
	int32_t immediate;
};

/* The two registers share a byte, in the order of the machine's bit fields. */
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#	define BPF_REGISTERS(destination, source) ((uint8_t)((source) << 4 | (destination)))
#else
#	define BPF_REGISTERS(destination, source) ((uint8_t)((destination) << 4 | (source)))
#endif

/* The instructions in use. ALU32 works on the lower half and clears the upper one. */
enum {
	BPF_LOAD_WORD = 0x61, /* destination = 32 bits at source + offset */
	BPF_ADD_IMM = 0x07,   /* 64 bit, with the sign-extended immediate */
	BPF_OR_IMM = 0x47,
	BPF_AND_IMM = 0x57,
	BPF_LSH_IMM = 0x67,
	BPF_RSH_IMM = 0x77,
	BPF_XOR_IMM = 0xa7,
	BPF_MOV_IMM = 0xb7,
	BPF_MUL_IMM = 0x27,
	BPF_OR_REG = 0x4f,
	BPF_AND_REG = 0x5f,
	BPF_MOV_REG = 0xbf,
	BPF_MOV32_REG = 0xbc,
	BPF_XOR32_IMM = 0xa4,
	BPF_JUMP_NOT_EQUAL_IMM = 0x55,
	BPF_JUMP = 0x05,
	BPF_RETURN = 0x95, /* what register 0 holds */
};

/* What register 1 points to when a device is about to be used: struct bpf_cgroup_dev_ctx. */
enum {
	BPF_DEVICE_ACCESS_TYPE = 0, /* access << 16 | type */
	BPF_DEVICE_MAJOR = 4,
	BPF_DEVICE_MINOR = 8,
};
enum { BPF_DEVICE_BLOCK = 1, BPF_DEVICE_CHAR = 2 };
enum { BPF_DEVICE_MKNOD = 1, BPF_DEVICE_READ = 2, BPF_DEVICE_WRITE = 4 };

/* Loads a device program; its descriptor, or -errno. */
int bpf_load_device(const struct bpf_instruction *program, size_t count);

/*
 * Attaches it to a cgroup (a descriptor of its directory, O_PATH will do), beside others there may
 * be and so that cgroups below may have their own: all of them must allow a device. [4.15]
 */
int bpf_attach_device(int cgroup_fd, int program_fd);
