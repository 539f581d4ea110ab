// SPDX-License-Identifier: GPL-2.0
/*
 * Messages of SCMI by name (Arm DEN0056, and for guest descriptions
 * Documentation/firmware-guide/scmi-guest-description.rst).
 */

#include <ctype.h>
#include <errno.h>
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "msgs.h"
#include "util.h"

static const struct msg_proto protos[] = {
	{ 0x10, "base" }, { 0x11, "power" }, { 0x14, "clock" }, { 0x16, "reset" },
	{ 0x17, "voltage" }, { 0xd0, "guest" },
};

static const char * const statuses[] = {
	"SUCCESS", "NOT_SUPPORTED", "INVALID_PARAMETERS", "DENIED", "NOT_FOUND", "OUT_OF_RANGE",
	"BUSY", "COMMS_ERROR", "GENERIC_ERROR", "HARDWARE_ERROR", "PROTOCOL_ERROR",
};

/* What every protocol has */
#define COMMON(p, attributes)							\
	{ p, MSG_COMMAND, 0x0, "protocol_version", "", "version:x" },		\
	{ p, MSG_COMMAND, 0x1, "protocol_attributes", "", attributes },		\
	{ p, MSG_COMMAND, 0x2, "protocol_message_attributes", "message", "attributes:x" }, \
	{ p, MSG_COMMAND, 0x10, "negotiate_protocol_version", "version", "" }

#define NAME	"flags:x name:64c"
#define LISTED	"returned[0-11] +range[12] +remaining[16-31] "
#define ENABLE	"enable?1"

static const struct msg msgs[] = {
	COMMON(0x10, "protocols[0-7] +agents[8-15]"),
	{ 0x10, MSG_COMMAND, 0x3, "discover_vendor", "", "vendor:16c" },
	{ 0x10, MSG_COMMAND, 0x4, "discover_sub_vendor", "", "sub_vendor:16c" },
	{ 0x10, MSG_COMMAND, 0x5, "discover_implementation_version", "", "version:x" },
	{ 0x10, MSG_COMMAND, 0x6, "discover_list_protocols", "skip?0", "num protocols:8*num" },
	{ 0x10, MSG_COMMAND, 0x7, "discover_agent", "agent?0xffffffff", "agent name:16c" },
	{ 0x10, MSG_COMMAND, 0x8, "notify_errors", ENABLE, "" },
	{ 0x10, MSG_COMMAND, 0x9, "set_device_permissions", "agent device flags{deny=0,allow=1}",
	  "" },
	{ 0x10, MSG_COMMAND, 0xa, "set_protocol_permissions",
	  "agent device protocol flags{deny=0,allow=1}", "" },
	{ 0x10, MSG_COMMAND, 0xb, "reset_agent_configuration", "agent flags?0", "" },
	{ 0x10, MSG_EVENT, 0x0, "error_event", "",
	  "agent count[0-9] +fatal[31] headers_and_statuses:x*" },

	COMMON(0x11, "domains[0-15] statistics:64 statistics_len"),
	{ 0x11, MSG_COMMAND, 0x3, "domain_attributes", "id",
	  "long_name[27] +notify_request[28] +set[29] +set_async[30] +notify[31] name:16c" },
	{ 0x11, MSG_COMMAND, 0x4, "state_set", "flags?0 id state{on=0,off=0x40000000}", "" },
	{ 0x11, MSG_COMMAND, 0x5, "state_get", "id", "state{on=0,off=0x40000000}" },
	{ 0x11, MSG_COMMAND, 0x6, "state_notify", "id " ENABLE, "" },
	{ 0x11, MSG_COMMAND, 0x7, "state_change_requested_notify", "id " ENABLE, "" },
	{ 0x11, MSG_COMMAND, 0x8, "domain_name_get", "id", NAME },
	{ 0x11, MSG_EVENT, 0x0, "state_changed", "", "agent id state{on=0,off=0x40000000}" },
	{ 0x11, MSG_EVENT, 0x1, "state_change_requested", "",
	  "agent id state{on=0,off=0x40000000}" },

	COMMON(0x14, "clocks[0-15] +async[16-23]"),
	{ 0x14, MSG_COMMAND, 0x3, "attributes", "id",
	  "enabled[0] +restricted[1] +parents[28] +long_name[29] +notify_request[30] +notify[31] "
	  "name:16c enable_latency_us" },
	{ 0x14, MSG_COMMAND, 0x4, "describe_rates", "id index?0", LISTED "rates:64*" },
	{ 0x14, MSG_COMMAND, 0x5, "rate_set",
	  "async[0]?0 +no_delayed[1]?0 +round{down=0,up=1,nearest=2}[2-3]?0 id rate:64", "" },
	{ 0x14, MSG_COMMAND, 0x6, "rate_get", "id", "rate:64" },
	{ 0x14, MSG_COMMAND, 0x7, "config_set",
	  "id state{off=0,on=1,same=3}[0-1] +ext_type[16-23]?0 ext_value?0", "" },
	{ 0x14, MSG_COMMAND, 0x8, "name_get", "id", NAME },
	{ 0x14, MSG_COMMAND, 0x9, "rate_notify", "id " ENABLE, "" },
	{ 0x14, MSG_COMMAND, 0xa, "rate_change_requested_notify", "id " ENABLE, "" },
	{ 0x14, MSG_COMMAND, 0xb, "config_get", "id ext_type?0",
	  "attributes:x state{off=0,on=1} ext_value" },
	{ 0x14, MSG_COMMAND, 0xc, "possible_parents_get", "id index?0",
	  "returned[0-7] +remaining[24-31] parents*" },
	{ 0x14, MSG_COMMAND, 0xd, "parent_set", "id parent", "" },
	{ 0x14, MSG_COMMAND, 0xe, "parent_get", "id", "parent" },
	{ 0x14, MSG_COMMAND, 0xf, "get_permissions", "id", "rate[29] +parent[30] +state[31]" },
	{ 0x14, MSG_EVENT, 0x0, "rate_changed", "", "agent id rate:64" },
	{ 0x14, MSG_EVENT, 0x1, "rate_change_requested", "", "agent id rate:64" },

	COMMON(0x16, "domains[0-15]"),
	{ 0x16, MSG_COMMAND, 0x3, "domain_attributes", "id",
	  "long_name[29] +notify[30] +async[31] latency_us name:16c" },
	{ 0x16, MSG_COMMAND, 0x4, "reset",
	  "id how{deassert=0,pulse=1,assert=2}[0-1] +async[2]?0 state:x?0", "" },
	{ 0x16, MSG_COMMAND, 0x5, "notify", "id " ENABLE, "" },
	{ 0x16, MSG_COMMAND, 0x6, "domain_name_get", "id", NAME },
	{ 0x16, MSG_EVENT, 0x0, "issued", "", "agent id state:x" },

	COMMON(0x17, "domains[0-15]"),
	{ 0x17, MSG_COMMAND, 0x3, "domain_attributes", "id",
	  "long_name[30] +async[31] name:16c" },
	{ 0x17, MSG_COMMAND, 0x4, "describe_levels", "id index?0", LISTED "levels:s*" },
	{ 0x17, MSG_COMMAND, 0x5, "config_set", "id state{off=0,on=7}", "" },
	{ 0x17, MSG_COMMAND, 0x6, "config_get", "id", "state{off=0,on=7}" },
	{ 0x17, MSG_COMMAND, 0x7, "level_set", "id flags?0 uv:s", "" },
	{ 0x17, MSG_COMMAND, 0x8, "level_get", "id", "uv:s" },
	{ 0x17, MSG_COMMAND, 0x9, "domain_name_get", "id", NAME },

	COMMON(0xd0, "described[0] uuid:16h"),
	{ 0xd0, MSG_COMMAND, 0x3, "description_attributes", "",
	  "generation format size sha256:32h" },
	{ 0xd0, MSG_COMMAND, 0x4, "description_read", "generation offset?0",
	  "length data:1h*length" },
	{ 0xd0, MSG_COMMAND, 0x5, "description_notify", ENABLE, "" },
	{ 0xd0, MSG_EVENT, 0x0, "description_changed", "", "generation size" },
};

/* --- which one ----------------------------------------------------------------- */

const struct msg_proto *msg_proto(unsigned int id)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(protos); i++)
		if (protos[i].id == id)
			return &protos[i];

	return NULL;
}

const struct msg *msg_find(unsigned int proto, unsigned int type, unsigned int id)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(msgs); i++)
		if (msgs[i].proto == proto && msgs[i].type == type && msgs[i].id == id)
			return &msgs[i];

	return NULL;
}

const struct msg *msg_by_name(const char *name)
{
	const char *p;
	size_t i, n;

	for (i = 0; i < ARRAY_SIZE(msgs); i++) {
		p = msg_proto(msgs[i].proto)->name;
		n = strlen(p);
		if (msgs[i].type == MSG_COMMAND && starts_with(name, p) && name[n] == '.' &&
		    !strcmp(name + n + 1, msgs[i].name))
			return &msgs[i];
	}

	return NULL;
}

const struct msg *msg_next(const struct msg *msg)
{
	msg = msg ? msg + 1 : msgs;

	return msg < msgs + ARRAY_SIZE(msgs) ? msg : NULL;
}

char *msg_name(unsigned int proto, unsigned int type, unsigned int id)
{
	const struct msg *msg = msg_find(proto, type, id);
	const struct msg_proto *p = msg_proto(proto);

	if (msg)
		return xfmt("%s.%s", p->name, msg->name);
	if (p)
		return xfmt("%s.%#x", p->name, id);

	return xfmt("%#x.%#x", proto, id);
}

char *msg_status(int status)
{
	return status <= 0 && status > -(int)ARRAY_SIZE(statuses) ? xstr(statuses[-status]) :
	       xfmt("%d", status);
}

/* --- fields ----------------------------------------------------------------------- */

struct field {
	char name[32];
	const char *values;	/* "NAME=NUMBER,...}", or NULL */
	unsigned int low, high;	/* bits of a word */
	unsigned int bytes;
	char form;		/* 's', 'x', 'c', or 0 */
	bool more;		/* of the same word */
	const char *none;	/* a number, or NULL */
	bool list;
	char count[16];		/* the field that says how many, or "" */
};

/* The field at @at, and where the next one is; NULL at the end */
static const char *field_next(const char *at, struct field *f)
{
	char *end;

	at += strspn(at, " ");
	if (!*at)
		return NULL;
	memset(f, 0, sizeof(*f));
	f->bytes = 4;
	f->high = 31;
	f->more = *at == '+';
	at += f->more;
	snprintf(f->name, sizeof(f->name), "%.*s", (int)strcspn(at, " :[{?*"), at);
	at += strlen(f->name);
	while (*at && *at != ' ') {
		switch (*at++) {
		case ':':
			if (isdigit((unsigned char)*at)) {
				f->bytes = strtoul(at, &end, 10);
				at = end;
				if (*at == 'c' || *at == 'h')
					f->form = *at++;
				else
					f->bytes /= 8;
			} else {
				f->form = *at++;
			}
			break;
		case '[':
			f->low = strtoul(at, &end, 10);
			f->high = *end == '-' ? strtoul(end + 1, &end, 10) : f->low;
			at = end + 1;
			break;
		case '{':
			f->values = at;
			at += strcspn(at, "}") + 1;
			break;
		case '?':
			f->none = at;
			at += strcspn(at, " ");
			break;
		case '*':
			f->list = true;
			snprintf(f->count, sizeof(f->count), "%.*s", (int)strcspn(at, " "), at);
			at += strcspn(at, " ");
			break;
		}
	}

	return at;
}

static u64 field_mask(const struct field *f)
{
	unsigned int bits = f->high - f->low + 1;

	if (f->bytes == 8)
		return ~0ull;

	return (1ull << bits) - 1;
}

/* "NAME=NUMBER,...}": the number of @name */
static bool value_by_name(const char *values, const char *name, u64 *val)
{
	size_t n = strlen(name);

	for (; values; values = strpbrk(values, ",}")) {
		values += *values == ',';
		if (*values == '}')
			break;
		if (!strncmp(values, name, n) && values[n] == '=') {
			*val = strtoull(values + n + 1, NULL, 0);
			return true;
		}
	}

	return false;
}

static char *value_name(const char *values, u64 val)
{
	const char *is;

	for (; values; values = strpbrk(values, ",}")) {
		values += *values == ',';
		if (*values == '}')
			break;
		is = strchr(values, '=') + 1;
		if (strtoull(is, NULL, 0) == val)
			return xfmt("%.*s", (int)(is - 1 - values), values);
	}

	return NULL;
}

char *msg_usage(const struct msg *msg)
{
	char *text = xfmt("%s.%s", msg_proto(msg->proto)->name, msg->name), *more;
	const char *at = msg->args, *v;
	struct field f;

	while ((at = field_next(at, &f))) {
		more = xfmt("%s %s%s=", text, f.none ? "[" : "", f.name);
		free(text);
		text = more;
		for (v = f.values; v && *v != '}'; v += strcspn(v, ",}"), v += *v == ',') {
			more = xfmt("%s%.*s|", text, (int)strcspn(v, "="), v);
			free(text);
			text = more;
		}
		more = xfmt("%s%s%s", text, f.form == 's' ? "INTEGER" : "NUMBER",
			    f.none ? "]" : "");
		free(text);
		text = more;
	}

	return text;
}

/* --- there --------------------------------------------------------------------------- */

u32 get_le32(const u8 *at)
{
	return at[0] | at[1] << 8 | at[2] << 16 | (u32)at[3] << 24;
}

void put_le32(u8 *at, u32 val)
{
	at[0] = val;
	at[1] = val >> 8;
	at[2] = val >> 16;
	at[3] = val >> 24;
}

static bool number(const char *text, bool sign, u64 *val)
{
	char *end;

	errno = 0;
	*val = sign ? (u64)strtoll(text, &end, 0) : strtoull(text, &end, 0);

	return !errno && end != text && !*end && !isspace((unsigned char)*text) &&
	       *text != '+' && (sign || *text != '-');
}

static int parse_field(const struct msg *msg, const struct field *f, const char *text, u64 *val)
{
	bool fits;

	if (value_by_name(f->values, text, val))
		return 0;
	if (!number(text, f->form == 's', val))
		return misuse("%s.%s: %s is no number: \"%s\"", msg_proto(msg->proto)->name,
			      msg->name, f->name, text);
	if (f->form == 's') {
		fits = (long long)*val == (int)*val;
		*val &= field_mask(f);
	} else {
		fits = *val <= field_mask(f);
	}
	if (!fits)
		return misuse("%s.%s: %s is too big for its field: %s",
			      msg_proto(msg->proto)->name, msg->name, f->name, text);

	return 0;
}

/* FIELD=...: what stands behind it */
static const char *given(char **words, int n, const char *name)
{
	size_t len = strlen(name);
	int i;

	for (i = 0; i < n; i++)
		if (!strncmp(words[i], name, len) && words[i][len] == '=')
			return words[i] + len + 1;

	return NULL;
}

static bool has_field(const struct msg *msg, const char *word)
{
	const char *at = msg->args;
	struct field f;

	while ((at = field_next(at, &f)))
		if (!strncmp(word, f.name, strlen(f.name)) && word[strlen(f.name)] == '=')
			return true;

	return false;
}

static int encode_words(char **words, int n, u8 *out, size_t room)
{
	size_t len = 0;
	u64 val;
	int i;

	for (i = 0; i < n; i++, len += 4) {
		if (!number(words[i], words[i][0] == '-', &val) ||
		    (val > UINT32_MAX && (long long)val != (int)val))
			return misuse("\"%s\" is neither FIELD=VALUE nor a word of 32 bits",
				      words[i]);
		if (len + 4 > room)
			return misuse("a message has no room for so many words");
		put_le32(out + len, val);
	}

	return len;
}

int msg_encode(const struct msg *msg, char **words, int n, u8 *out, size_t room)
{
	const char *at, *text;
	struct field f;
	size_t len = 0;
	char *usage;
	bool named = false;
	u64 val;
	int i;

	for (i = 0; i < n; i++)
		named |= !!strchr(words[i], '=');
	if (!msg || (n && !named))
		return encode_words(words, n, out, room);
	for (i = 0; i < n; i++) {
		if (has_field(msg, words[i]))
			continue;
		usage = msg_usage(msg);
		misuse("there is no \"%s\" here: %s", words[i], usage);
		free(usage);
		return -1;
	}
	at = msg->args;
	while ((at = field_next(at, &f))) {
		text = given(words, n, f.name);
		if (!text && !f.none) {
			usage = msg_usage(msg);
			misuse("%s is missing: %s", f.name, usage);
			free(usage);
			return -1;
		}
		if (text && parse_field(msg, &f, text, &val))
			return -1;
		if (!text)
			val = strtoull(f.none, NULL, 0);
		if (f.more) {
			put_le32(out + len - 4, get_le32(out + len - 4) | (u32)val << f.low);
			continue;
		}
		if (len + f.bytes > room)
			return misuse("a message has no room for that");
		put_le32(out + len, f.bytes == 8 ? val : val << f.low);
		if (f.bytes == 8)
			put_le32(out + len + 4, val >> 32);
		len += f.bytes;
	}

	return len;
}

/* --- and back -------------------------------------------------------------------------- */

static struct json_object *decode_one(const struct field *f, const u8 *at)
{
	struct json_object *obj;
	char *text;
	u64 val;

	if (f->form == 'c') {
		/* Whoever sent it may have put anything into it. */
		text = xfmt("%.*s", (int)f->bytes, (const char *)at);
		for (val = 0; text[val]; val++)
			if (!isprint((unsigned char)text[val]))
				text[val] = '?';
		obj = json_object_new_string(text);
		free(text);
		return obj;
	}
	if (f->form == 'h') {
		text = print_hex(at, f->bytes);
		obj = json_object_new_string(text);
		free(text);
		return obj;
	}
	if (f->bytes == 1)
		val = *at;
	else
		val = get_le32(at);
	if (f->bytes == 8)
		val |= (u64)get_le32(at + 4) << 32;
	else if (f->bytes == 4)
		val = val >> f->low & field_mask(f);
	text = value_name(f->values, val);
	if (!text && f->form == 'x')
		text = xfmt("%#llx", (unsigned long long)val);
	if (text) {
		obj = json_object_new_string(text);
		free(text);
		return obj;
	}

	return f->form == 's' ? json_object_new_int64((int32_t)val) : json_object_new_uint64(val);
}

static size_t decode_list(const struct field *f, const u8 *data, size_t len,
			  struct json_object *into)
{
	struct json_object *list = json_object_new_array();
	long long count = jint(into, f->count, 0);
	size_t at = 0;
	char *text;

	if (f->form == 'h') {
		at = count >= 0 && (size_t)count < len ? (size_t)count : len;
		text = print_hex(data, at);
		jset(into, f->name, text);
		free(text);
		json_object_put(list);
		return (at + 3) / 4 * 4;
	}
	while (at + f->bytes <= len && (!*f->count || count-- > 0)) {
		json_object_array_add(list, decode_one(f, data + at));
		at += f->bytes;
	}
	json_object_object_add(into, f->name, list);

	/* They are filled up to whole words. */
	return f->bytes == 1 ? (at + 3) / 4 * 4 : at;
}

struct json_object *msg_decode(const struct msg *msg, const u8 *data, size_t len)
{
	struct json_object *obj = json_object_new_object();
	const char *next = msg ? msg->reply : "";
	struct field f;
	size_t at = 0;
	char *text;

	while ((next = field_next(next, &f))) {
		if (f.list) {
			at += decode_list(&f, data + at, len - at, obj);
			at = at < len ? at : len;
			continue;
		}
		if (f.more && at >= 4) {
			json_object_object_add(obj, f.name, decode_one(&f, data + at - 4));
			continue;
		}
		if (at + f.bytes > len)
			break;
		json_object_object_add(obj, f.name, decode_one(&f, data + at));
		at += f.bytes;
	}
	if (at < len) {
		text = print_hex(data + at, len - at);
		jset(obj, "rest", text);
		free(text);
	}
	if (next)
		jset(obj, "short", f.name);

	return obj;
}

static void text_of(struct json_object *val, FILE *out)
{
	const char *s;
	size_t i;

	if (json_object_is_type(val, json_type_array)) {
		for (i = 0; i < json_object_array_length(val); i++) {
			if (i)
				fputc(',', out);
			text_of(json_object_array_get_idx(val, i), out);
		}
		return;
	}
	s = json_object_get_string(val);
	if (!json_object_is_type(val, json_type_string) || (*s && !strpbrk(s, " \"'#"))) {
		fputs(s, out);
		return;
	}
	fputc('"', out);
	for (; *s; s++)
		fprintf(out, "%s%c", *s == '"' || *s == '\\' ? "\\" : "", *s);
	fputc('"', out);
}

char *msg_text(struct json_object *fields)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	const char *sep = "";

	json_object_object_foreach(fields, key, val) {
		fprintf(out, "%s%s=", sep, key);
		text_of(val, out);
		sep = " ";
	}
	fclose(out);

	return text;
}

int parse_hex(const char *text, u8 *out, size_t room)
{
	size_t n = 0;
	char pair[3] = "", *end;

	while (*(text += strspn(text, " \t"))) {
		pair[0] = text[0];
		pair[1] = text[1];
		if (!isxdigit((unsigned char)pair[0]) || !isxdigit((unsigned char)pair[1]))
			return misuse("\"%s\" are no bytes in hexadecimal", text);
		if (n == room)
			return misuse("a message has at most %zu bytes", room);
		out[n++] = strtoul(pair, &end, 16);
		text += 2;
	}

	return n;
}

char *print_hex(const u8 *data, size_t len)
{
	char *text = xalloc(2 * len + 1);
	size_t i;

	for (i = 0; i < len; i++)
		sprintf(text + 2 * i, "%02x", data[i]);

	return text;
}
