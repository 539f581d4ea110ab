// SPDX-License-Identifier: GPL-2.0
/*
 * save, restore and clear.
 */

#include <errno.h>
#include <fcntl.h>
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cfs.h"
#include "scmictl.h"
#include "state.h"
#include "util.h"

struct opt restore_opts[] = {
	{ .name = "wait", .arg = "SECONDS", .help = "for providers that are not there yet" },
	{ .name = "exact", .help = "remove agents that the file does not have" },
	{}
};

int cmd_save(int argc, char **argv)
{
	const char *path = argc ? argv[0] : "-";
	struct json_object *state;
	char *text;
	int err;

	state = state_get(false);
	text = xfmt("%s\n", json_object_to_json_string_ext(state, JSON_C_TO_STRING_PRETTY |
							   JSON_C_TO_STRING_SPACED |
							   JSON_C_TO_STRING_NOSLASHESCAPE));
	json_object_put(state);
	if (cfs_dry && strcmp(path, "-"))
		err = cfs_said("# the configuration would be written to %s", path) ? 0 : -1;
	else if (strcmp(path, "-"))
		err = write_file(path, text, strlen(text), 0600);
	else
		err = fputs(text, stdout) < 0 || fflush(stdout) ?
		      fail("cannot write: %s", strerror(errno)) : 0;
	free(text);

	return err;
}

static struct json_object *load(const char *path)
{
	const char *whence = strcmp(path, "-") ? path : "the input";
	struct json_tokener *tok = json_tokener_new_ex(16);
	struct json_object *state = NULL;
	char *text = xread(strcmp(path, "-") ? path : "/dev/stdin");
	const char *c;
	size_t i, line = 1;

	if (!text) {
		fail("cannot read %s: %s", whence, strerror(errno));
		goto out;
	}
	json_tokener_set_flags(tok, JSON_TOKENER_STRICT);
	state = json_tokener_parse_ex(tok, text, strlen(text) + 1);
	if (!state) {
		for (i = 0, c = text; i < json_tokener_get_parse_end(tok) && *c; i++, c++)
			line += *c == '\n';
		fail("%s is no JSON, in line %zu: %s", whence, line,
		     json_tokener_error_desc(json_tokener_get_error(tok)));
	} else if (state_check(state, whence)) {
		json_object_put(state);
		state = NULL;
	}
out:
	json_tokener_free(tok);
	free(text);

	return state;
}

int cmd_restore(int argc, char **argv)
{
	struct json_object *state;
	long long wait = 0;
	int err;

	if (opt_number(restore_opts, "wait", 86400, &wait))
		return -1;
	state = load(argc ? argv[0] : "-");
	if (!state)
		return -1;
	err = state_put(state, opt_given(restore_opts, "exact"), wait);
	json_object_put(state);

	return err;
}

int cmd_clear(int argc, char **argv)
{
	struct json_object *before = state_get(false);
	char **names = cfs_list(true, "agents"), **n;
	int err = 0;

	(void)argc;
	(void)argv;
	cfs_hold_signals(true);
	for (n = names; *n && !err; n++) {
		if (agent_described(*n))
			fprintf(stderr, "scmictl: %s stays: the devicetree describes it\n", *n);
		else
			err = agent_clear(*n);
	}
	if (err && !cfs_dry)
		state_put(before, true, 0);
	cfs_hold_signals(false);
	list_free(names);
	json_object_put(before);

	return err;
}
