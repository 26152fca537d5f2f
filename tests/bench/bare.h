/* SPDX-License-Identifier: Apache-2.0 */
/*
 * System calls and a program start without any libc, for the programs that stand for "as little as
 * possible": x86_64 and aarch64. Must not know what those programs do.
 *
 * A program includes this file once, defines bare_main() and is linked with -nostdlib -static.
 * Results are the kernel's: a negative errno on failure.
 */
#ifndef BENCH_BARE_H
#define BENCH_BARE_H

#include <asm/unistd.h>

#if defined(__x86_64__)

static inline long bare_call(long nr, long a, long b, long c, long d, long e)
{
	register long r10 __asm__("r10") = d;
	register long r8 __asm__("r8") = e;
	long ret;

	__asm__ volatile("syscall"
			 : "=a"(ret)
			 : "a"(nr), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8)
			 : "rcx", "r11", "memory");
	return ret;
}

#	define BARE_START                        \
		".text\n.globl _start\n_start:\n" \
		"xor %ebp, %ebp\n mov %rsp, %rdi\n and $-16, %rsp\n call bare_start\n hlt\n"

#elif defined(__aarch64__)

static inline long bare_call(long nr, long a, long b, long c, long d, long e)
{
	register long x8 __asm__("x8") = nr;
	register long x0 __asm__("x0") = a;
	register long x1 __asm__("x1") = b;
	register long x2 __asm__("x2") = c;
	register long x3 __asm__("x3") = d;
	register long x4 __asm__("x4") = e;

	__asm__ volatile("svc #0"
			 : "+r"(x0)
			 : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4)
			 : "memory");
	return x0;
}

#	define BARE_START                        \
		".text\n.globl _start\n_start:\n" \
		"mov x29, #0\n mov x30, #0\n mov x0, sp\n bl bare_start\n brk #0\n"

#else
#	error "the measuring programs know x86_64 and aarch64"
#endif

#define bare_call0(nr)             bare_call(nr, 0, 0, 0, 0, 0)
#define bare_call1(nr, a)          bare_call(nr, (long)(a), 0, 0, 0, 0)
#define bare_call2(nr, a, b)       bare_call(nr, (long)(a), (long)(b), 0, 0, 0)
#define bare_call3(nr, a, b, c)    bare_call(nr, (long)(a), (long)(b), (long)(c), 0, 0)
#define bare_call4(nr, a, b, c, d) bare_call(nr, (long)(a), (long)(b), (long)(c), (long)(d), 0)
#define bare_call5(nr, a, b, c, d, e) \
	bare_call(nr, (long)(a), (long)(b), (long)(c), (long)(d), (long)(e))

_Noreturn static inline void bare_exit(int status)
{
	for (;;)
		bare_call1(__NR_exit_group, status);
}

/* The program: gets what main() gets, its value is the exit status. */
int bare_main(int argc, char **argv);

/* The stack as the kernel left it: argc, then argv. */
_Noreturn __attribute__((used)) void bare_start(long *stack);

__asm__(BARE_START);

void bare_start(long *stack)
{
	bare_exit(bare_main((int)stack[0], (char **)(stack + 1)));
}

#endif
