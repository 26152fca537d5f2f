# SPDX-License-Identifier: Apache-2.0
# state and list: what they show, and in what form.

load helpers

@test "state has the keys of the specification and of runc" {
	edit_config '.annotations = {"a.b": "c", "empty": ""}'
	create_ok
	ok state "$ID"
	is "$(jq -r '.ociVersion | test("^1\\.[0-9]+\\.[0-9]+")' <<<"$out")" true
	is "$(jq -r .id <<<"$out")" "$ID"
	is "$(jq -r .status <<<"$out")" created
	is "$(jq -r '.pid > 1' <<<"$out")" true
	is "$(jq -r .bundle <<<"$out")" "$B"
	is "$(jq -r .rootfs <<<"$out")" "$B/rootfs"
	is "$(jq -c .annotations <<<"$out")" '{"a.b":"c","empty":""}'
	is "$(jq -r .owner <<<"$out")" ""
	is "$(jq -r 'keys - ["ociVersion", "id", "pid", "status", "bundle", "rootfs", "created",
		"annotations", "owner"] | length' <<<"$out")" 0
}

@test "state is indented by two spaces and ends without a newline" {
	create_ok
	rt_raw state "$ID" >"$T/state.json"
	is "$(head -c 4 "$T/state.json")" $'{\n  '
	is "$(tail -c 2 "$T/state.json")" $'\n}'
	isnt "$(tail -c 1 "$T/state.json" | od -An -c | tr -d ' ')" '\n'
}

@test "created is the time of create, as RFC 3339 in UTC with fractions" {
	local before created after
	before=$(date +%s)
	create_ok
	after=$(date +%s)
	created=$(state_of created)
	[[ $created =~ ^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?Z$ ]]
	created=$(date -d "$created" +%s)
	((created >= before && created <= after))
}

@test "list shows a table with runc's columns" {
	create_ok
	ok list
	[[ ${out%%$'\n'*} =~ ^ID\ +PID\ +STATUS\ +BUNDLE\ +CREATED\ +OWNER\ *$ ]] || fail header
	out_matches "$ID +$(state_of pid) +created +$B +[0-9TZ:.-]+ +root"
	is "$(wc -l <<<"$out")" 2
}

@test "list of nothing is a header, null or nothing" {
	ok list
	is "$(wc -l <<<"$out")" 1
	ok list --format json
	out_is null
	ok list -q
	out_is ""
	assert_nothing_left
}

@test "list --format json is one line: an array of states with owners" {
	create_ok
	ID=${MARK}b create_ok
	ok list --format=json
	is "$(wc -l <<<"$out")" 1
	is "$(jq -r '[.[].id] | sort | join(" ")' <<<"$out")" "$MARK ${MARK}b"
	is "$(jq -r '.[0].owner' <<<"$out")" root
	is "$(jq -r '.[0].status' <<<"$out")" created
	is "$(jq -r '.[0].pid' <<<"$out")" "$(state_of pid "$MARK")"
}

@test "list -q shows ids only" {
	create_ok
	ID=${MARK}b create_ok
	ok list -q
	out_is "$MARK"$'\n'"${MARK}b"
	refused list --format yaml
}
