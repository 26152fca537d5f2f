# SPDX-License-Identifier: Apache-2.0
# process.terminal and --console-socket. What this build does not carry out, it refuses by name.

load helpers

use_terminal() {
	edit_config '.process.terminal = true | .process.consoleSize = {"height": 25, "width": 80}'
}

@test "a terminal is planned with its size, and refused by its pointer in the foreground" {
	use_terminal
	ok plan --bundle "$B"
	out_matches 'terminal rows=25 columns=80 \[/process/terminal\]'
	err_has /process/terminal
	refused run --bundle "$B" "$ID"
	err_names /process/terminal
	err_has "not carried out by this build"
	assert_nothing_left
}

@test "a terminal of a container that does not stay in the foreground needs --console-socket" {
	use_terminal
	create_refused /process/terminal
	err_has "--console-socket"
	refused run --detach --bundle "$B" "$ID"
	err_names /process/terminal
	err_has "--console-socket"
	assert_nothing_left
}

@test "--console-socket without a terminal, or in the foreground, is an error that says so" {
	refused create --console-socket "$T/socket" --bundle "$B" "$ID"
	err_names /process/terminal
	err_has "without a terminal"
	use_terminal
	refused run --console-socket "$T/socket" --bundle "$B" "$ID"
	err_names /process/terminal
	err_has "foreground"
	# the socket is there for it: what is left is that this build has no terminals
	refused create --console-socket socket --bundle "$B" "$ID"
	err_has "not carried out by this build"
	assert_nothing_left
}

@test "without a terminal its size is ignored, whatever it is" {
	edit_config '.process.consoleSize = {"height": 18446744073709551615, "width": 0}'
	sed -i 's/18446744073709552000/18446744073709551615/' "$CONFIG"
	ok run --bundle "$B" "$ID"
	edit_config '.process.terminal = true | .process.consoleSize = {"height": 1, "width": 65536}'
	create --console-socket "$T/socket"
	expect 1
	err_names /process/consoleSize/width
	assert_nothing_left
}
