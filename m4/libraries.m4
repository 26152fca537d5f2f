# SPDX-License-Identifier: Apache-2.0
# Libraries that are used when they are there.

# RT_WITH_LIBRARY(NAME, PKG-CONFIG-MODULE, PREFIX, HELP): --with-NAME=auto|yes|no; sets found_PREFIX to
# the version or to "no", defines HAVE_PREFIX, and substitutes PREFIX_CFLAGS and PREFIX_LIBS.
AC_DEFUN([RT_WITH_LIBRARY],[
	AC_ARG_WITH([$1],[AS_HELP_STRING([--with-$1],[$4 @<:@auto@:>@])],[],[with_$1=auto])
	found_$3=no
	AS_IF([test "x$with_$1" != xno],
		[PKG_CHECK_MODULES([$3],[$2],
			[found_$3=`$PKG_CONFIG --modversion m4_bregexp([$2],[^[^ ]*],[\&])`
			AC_DEFINE([HAVE_$3],[1],[Define to 1 if $1 is there.])],
			[AS_IF([test "x$with_$1" = xyes],[AC_MSG_ERROR([--with-$1: $2 was not found])])])])
])

# RT_TRY_LIBRARY(PREFIX, FUNCTION, IF-THERE, IF-NOT): links with PREFIX_LIBS, in the way of the program
AC_DEFUN([RT_TRY_LIBRARY],[
	AC_MSG_CHECKING([for $2 with $$1_LIBS])
	rt_saved_LIBS=$LIBS
	rt_saved_CFLAGS=$CFLAGS
	LIBS="$$1_LIBS $LIBS"
	CFLAGS="$CFLAGS $RT_CFLAGS $RT_LDFLAGS"
	AC_LINK_IFELSE([AC_LANG_CALL([],[$2])],
		[rt_found=yes],[rt_found=no])
	LIBS=$rt_saved_LIBS
	CFLAGS=$rt_saved_CFLAGS
	AC_MSG_RESULT([$rt_found])
	AS_IF([test $rt_found = yes],[$3],[$4])
])

# RT_ROW(WHAT, RESULT): one line of the table at the end.
AC_DEFUN([RT_ROW],[printf '  %-22s %s\n' "$1:" "$2"])
