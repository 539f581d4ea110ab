// SPDX-License-Identifier: GPL-2.0
/*
 * For whoever starts the guest: its devicetree, and QEMU's command line.
 */

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <json-c/json.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cfs.h"
#include "dt.h"
#include "needs.h"
#include "scmictl.h"
#include "state.h"
#include "tree.h"
#include "util.h"
#include "vdpa.h"

/* --- dt ---------------------------------------------------------------------- */

struct opt dt_opts[] = {
	{ .name = "overlay", .help = "as source of an overlay" },
	{ .name = "merge", .arg = "BASE", .help = "as a blob: BASE and what is added" },
	{ .name = "devices", .help = "also the devices that were granted" },
	{ .name = "mailbox",
	  .help = "for a processor that the host's devicetree does not describe" },
	{ .name = "output", .arg = "FILE", .help = "where to (default: standard output)" },
	{}
};

static int put_file(const char *path, const void *data, size_t size)
{
	if (path)
		return write_file(path, data, size, 0644);

	return write_all(STDOUT_FILENO, data, size) ?
	       fail("cannot write: %s", strerror(errno)) : 0;
}

static void *merged(const char *agent, const char *base, bool devices, bool mailbox,
		    size_t *size)
{
	struct node *to = tree_load(base), *root;

	root = to ? dt_make(agent, devices, mailbox, to) : NULL;
	if (!root)
		return NULL;
	tree_merge(to, root);

	return tree_blob(to, size);
}

int cmd_dt(int argc, char **argv)
{
	const char *base = opt_val(dt_opts, "merge"), *to = opt_val(dt_opts, "output");
	bool devices = opt_given(dt_opts, "devices"), mailbox = opt_given(dt_opts, "mailbox");
	bool overlay = opt_given(dt_opts, "overlay");
	struct json_object *obj;
	struct node *root;
	void *data = NULL;
	size_t size;
	FILE *out;
	int err;

	(void)argc;
	if (base && overlay)
		return misuse("either --overlay or --merge");
	if (base && opt_json)
		return misuse("--merge makes a blob, which is no JSON");
	if (base && !to && isatty(STDOUT_FILENO))
		return misuse("a blob is nothing for a terminal: --output FILE");
	if (agent_check(argv[0]))
		return -1;
	if (base) {
		data = merged(argv[0], base, devices, mailbox, &size);
		if (!data)
			return -1;
	} else {
		root = dt_make(argv[0], devices, mailbox, NULL);
		if (!root)
			return -1;
		out = open_memstream((char **)&data, &size);
		tree_source(root, overlay, out);
		fclose(out);
	}
	if (opt_json) {
		obj = json_object_new_object();
		jset(obj, "agent", argv[0]);
		jset(obj, "dts", data);
		err = jprint(obj);
		json_object_put(obj);
	} else {
		err = put_file(to, data, size);
	}
	free(data);

	return err;
}

/* --- vm ----------------------------------------------------------------------- */

struct opt vm_opts[] = {
	{ .name = "print", .help = "print the command line instead of running it" },
	{ .name = "libvirt", .help = "print what to add to a libvirt domain" },
	{ .name = "dtb", .arg = "FILE", .help = "keep the guest's devicetree there" },
	{ .name = "no-devices", .help = "no nodes of granted devices in it" },
	{}
};

struct words {
	char **v;
	int n;
};

static void add(struct words *w, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
static void add(struct words *w, const char *fmt, ...)
{
	va_list args;

	w->v = xgrow(w->v, (w->n + 2) * sizeof(*w->v));
	va_start(args, fmt);
	if (vasprintf(&w->v[w->n], fmt, args) < 0)
		abort();
	va_end(args);
	w->v[++w->n] = NULL;
}

static bool mentioned(char **args, int n, const char *what)
{
	int i;

	for (i = 0; i < n; i++)
		if (strstr(args[i], what))
			return true;

	return false;
}

/* QEMU's -NAME and --NAME: what follows, or NULL */
static const char *qemu_opt(char **args, int n, const char *name)
{
	const char *val = NULL;
	int i;

	for (i = 1; i + 1 < n; i++)
		if (args[i][0] == '-' && !strcmp(args[i] + 1 + (args[i][1] == '-'), name))
			val = args[i + 1];

	return val;
}

/* In VA mode the host's kernel reaches the guest's memory only if it is shared. */
static bool wants_shared(char **args, int n)
{
	char *va = sys_get("/sys/module/scmi_server_vdpa/parameters/use_va");
	bool wants = !va || !strcmp(va, "Y") || !strcmp(va, "1");

	free(va);

	return wants && !mentioned(args, n, "share=on") && !mentioned(args, n, "share=true") &&
	       !mentioned(args, n, "memory-backend=") && !mentioned(args, n, "memdev=");
}

static void add_memory(struct words *w, char **args, int n)
{
	const char *m = qemu_opt(args, n, "m");
	char *size;

	if (m && starts_with(m, "size="))
		m += 5;
	if (!m)
		m = "128";
	size = xfmt("%.*s", (int)strcspn(m, ","), m);
	add(w, "-object");
	add(w, "memory-backend-memfd,id=scmi-mem,size=%s%s,share=on", size,
	    strspn(size, "0123456789") == strlen(size) ? "M" : "");
	add(w, "-machine");
	add(w, "memory-backend=scmi-mem");
	free(size);
}

/* What the guest's QEMU gets, besides what it was called with */
static void add_device(struct words *w, const char *dtb, const char *node)
{
	add(w, "-dtb");
	add(w, "%s", dtb);
	add(w, "-global");
	add(w, "virtio-mmio.force-legacy=false");
	add(w, "-device");
	add(w, "vhost-vdpa-device,vhostdev=%s", node);
}

static void print_words(char **v, int n)
{
	const char *c;
	int i;

	for (i = 0; i < n; i++) {
		if (i)
			putchar(' ');
		for (c = v[i]; isalnum((unsigned char)*c) || (*c && strchr("_-+=,./:@%", *c)); c++)
			;
		if (*v[i] && !*c) {
			fputs(v[i], stdout);
			continue;
		}
		putchar('\'');
		for (c = v[i]; *c; c++)
			if (*c == '\'')
				fputs("'\\''", stdout);
			else
				putchar(*c);
		putchar('\'');
	}
	putchar('\n');
}

/* The devicetree that this QEMU would make, as a file, which is to be removed */
static char *dump(char **args, int n)
{
	const char *tmp = getenv("TMPDIR");
	char *path = xfmt("%s/scmictl-XXXXXX", tmp && *tmp ? tmp : "/tmp");
	int i, fd = mkstemp(path), status = 0, err = -1;
	struct words w = {};
	char said[512] = "";
	pid_t pid;

	if (fd < 0) {
		fail("cannot make %s: %s", path, strerror(errno));
		free(path);
		return NULL;
	}
	close(fd);
	for (i = 0; i < n; i++)
		add(&w, "%s", args[i]);
	add(&w, "-machine");
	add(&w, "dumpdtb=%s", path);
	add(&w, "-display");
	add(&w, "none");
	fflush(stdout);
	err = memfd_create("stderr", MFD_CLOEXEC);
	pid = fork();
	if (!pid) {
		int null = open("/dev/null", O_RDWR);

		dup2(null, STDIN_FILENO);
		dup2(null, STDOUT_FILENO);
		dup2(err < 0 ? null : err, STDERR_FILENO);
		execvp(w.v[0], w.v);
		_exit(127);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid) {
		fail("cannot run %s: %s", args[0], strerror(errno));
	} else if (WIFEXITED(status) && WEXITSTATUS(status) == 127) {
		fail("cannot run %s", args[0]);
	} else {
		char *text = xread(path);
		bool empty = !text || !*text;

		free(text);
		if (!empty) {
			close(err);
			return path;
		}
		/* Its first line, without its name, which is in ours */
		if (status && err >= 0 && pread(err, said, sizeof(said) - 1, 0) > 0)
			said[strcspn(said, "\n")] = '\0';
		fail("%s gave no devicetree: %s", args[0],
		     *said ? said : "is the machine \"virt\"?");
	}
	close(err);
	unlink(path);
	free(path);

	return NULL;
}

static void xml(const char *s)
{
	for (; *s; s++) {
		if (*s == '&')
			fputs("&amp;", stdout);
		else if (*s == '<')
			fputs("&lt;", stdout);
		else if (*s == '\'')
			fputs("&apos;", stdout);
		else
			putchar(*s);
	}
}

static int libvirt(struct words *w, const char *dtb)
{
	int i;

	fputs("<!-- in <os>: -->\n<dtb>", stdout);
	xml(dtb);
	puts("</dtb>\n<!-- in <domain>: -->\n<memoryBacking>\n  <source type='memfd'/>\n"
	     "  <access mode='shared'/>\n</memoryBacking>\n"
	     "<qemu:commandline xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'>");
	for (i = 0; i < w->n; i++) {
		/* libvirt has an element of its own for it. */
		if (!strcmp(w->v[i], "-dtb")) {
			i++;
			continue;
		}
		fputs("  <qemu:arg value='", stdout);
		xml(w->v[i]);
		puts("'/>");
	}
	puts("</qemu:commandline>");

	return 0;
}

/* The devicetree where QEMU finds it: a file, or memory that QEMU inherits */
static char *place(const void *data, size_t size, const char *file)
{
	int fd;

	if (file)
		return put_file(file, data, size) ? NULL : xstr(file);
	fd = memfd_create("guest.dtb", 0);
	if (fd < 0 || write_all(fd, data, size)) {
		fail("cannot keep the devicetree: %s", strerror(errno));
		return NULL;
	}

	return xfmt("/proc/self/fd/%d", fd);
}

static int say_only(const char *agent, char **args, int n, const char *dtb, const char *node)
{
	struct words w = {};
	int i;

	for (i = 0; i < n; i++)
		add(&w, "%s", args[i]);
	if (!qemu_opt(args, n, "dtb")) {
		add(&w, "-machine");
		add(&w, "dumpdtb=base.dtb");
		print_words(w.v, w.n);
		w.n -= 2;
	}
	printf("scmictl dt %s --merge %s%s --output %s\n", agent,
	       qemu_opt(args, n, "dtb") ?: "base.dtb",
	       opt_given(vm_opts, "no-devices") ? "" : " --devices", dtb);
	if (wants_shared(args, n))
		add_memory(&w, args, n);
	add_device(&w, dtb, node);
	print_words(w.v, w.n);

	return 0;
}

int cmd_vm(int argc, char **argv)
{
	bool devices = !opt_given(vm_opts, "no-devices"), print = opt_given(vm_opts, "print");
	const char *file = opt_val(vm_opts, "dtb"), *agent = argv[0], *base;
	char **args = argv + 1, *node = NULL, *dtb = NULL, *dumped = NULL;
	bool snippet = opt_given(vm_opts, "libvirt");
	bool ours = false;
	struct words extra = {}, all = {};
	void *data = NULL;
	size_t size;
	int err = -1, n = argc - 1, i;

	if ((print || snippet) && !file && !cfs_dry)
		return misuse("what is printed needs a devicetree in a file: --dtb FILE");
	if (snippet && (print || opt_json))
		return misuse("--libvirt prints XML, and nothing else");
	if (agent_check(agent))
		return -1;
	if (agent_described(agent) || dt_described(agent))
		return fail("%s has a mailbox, so it is no guest of QEMU: see scmictl dt", agent);
	/* A devicetree that the user has is taken for QEMU's own. */
	base = qemu_opt(args, n, "dtb");
	if (!cfs_dry && !base) {
		dumped = dump(args, n);
		base = dumped;
		if (!base)
			return -1;
	}
	if (!cfs_dry) {
		data = merged(agent, base, devices, false, &size);
		if (!data)
			goto out;
	}

	if (!agent_attached(agent)) {
		if (vdpa_add(agent))
			goto out;
		ours = true;
	}
	node = vdpa_node(agent);
	if (!node)
		goto out;
	if (cfs_dry) {
		err = say_only(agent, args, n, file ?: "guest.dtb", node);
		goto out;
	}
	dtb = place(data, size, file);
	if (!dtb)
		goto out;
	if (wants_shared(args, n) && !snippet)
		add_memory(&extra, args, n);
	add_device(&extra, dtb, node);

	for (i = 0; i < n; i++) {
		if ((!strcmp(args[i], "-dtb") || !strcmp(args[i], "--dtb")) && i + 1 < n)
			i++;
		else
			add(&all, "%s", args[i]);
	}
	for (i = 0; i < extra.n; i++)
		add(&all, "%s", extra.v[i]);
	if (dumped)
		unlink(dumped);
	if (snippet) {
		err = libvirt(&extra, dtb);
	} else if (print && opt_json) {
		struct json_object *obj = json_object_new_object(), *list = json_object_new_array();

		for (i = 0; i < all.n; i++)
			json_object_array_add(list, json_object_new_string(all.v[i]));
		json_object_object_add(obj, "argv", list);
		err = jprint(obj);
		json_object_put(obj);
	} else if (print) {
		print_words(all.v, all.n);
		err = 0;
	} else {
		fflush(stdout);
		execvp(all.v[0], all.v);
		err = fail("cannot run %s: %s", all.v[0], strerror(errno));
	}
out:
	/* What was attached for this run only is not left so. */
	if (err && ours && !cfs_dry)
		vdpa_del(agent);
	if (dumped)
		unlink(dumped);
	free(data);
	free(node);
	free(dtb);

	return err;
}
