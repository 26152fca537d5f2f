# SPDX-License-Identifier: Apache-2.0
# Flags of compiler and linker: each is tried before it is used.

# RT_TRY_FLAG(FLAG, VARIABLE, IF-NOT): FLAG may be a shell variable. A warning counts as a refusal,
# since clang only warns of what it does not know.
AC_DEFUN([RT_TRY_FLAG],[
	AC_MSG_CHECKING([whether $CC takes $1])
	rt_saved_CFLAGS=$CFLAGS
	CFLAGS="$CFLAGS $$2 -Werror $1"
	AC_LINK_IFELSE([AC_LANG_PROGRAM([],[])],
		[AC_MSG_RESULT([yes])
		$2="$$2 $1"],
		[AC_MSG_RESULT([no])
		$3])
	CFLAGS=$rt_saved_CFLAGS
])

# RT_NEED_FLAG(FLAG, VARIABLE)
AC_DEFUN([RT_NEED_FLAG],[
	RT_TRY_FLAG([$1],[$2],[AC_MSG_ERROR([$CC does not take $1, which is needed])])
])

# RT_CHECK_STATIC_PIE: some drivers take -static-pie and give a program that asks for an
# interpreter after all (Debian's musl-gcc does), so one is linked and its headers are read.
AC_DEFUN([RT_CHECK_STATIC_PIE],[
	AS_IF([test "$READELF" = no],[AC_MSG_ERROR([readelf is needed for --enable-static-binary])])
	AC_MSG_CHECKING([whether $CC links a real static PIE])
	rt_saved_CFLAGS=$CFLAGS
	rt_saved_LDFLAGS=$LDFLAGS
	CFLAGS="$CFLAGS $RT_CFLAGS"
	LDFLAGS="$LDFLAGS $RT_LDFLAGS"
	rt_static_pie=no
	AC_LINK_IFELSE([AC_LANG_PROGRAM([[#include <stdio.h>]],[[puts("static")]])],
		[AS_IF([$READELF -lWh "conftest$EXEEXT" >conftest.elf 2>&1 &&
			grep -q 'Type: *DYN' conftest.elf &&
			! grep -q INTERP conftest.elf],[rt_static_pie=yes])])
	CFLAGS=$rt_saved_CFLAGS
	LDFLAGS=$rt_saved_LDFLAGS
	rm -f conftest.elf
	AC_MSG_RESULT([$rt_static_pie])
	AS_IF([test $rt_static_pie = no],
		[AC_MSG_ERROR([$CC -static-pie does not give a static PIE.
On Debian and Ubuntu contrib/static/build prepares a toolchain that does.])])
])
