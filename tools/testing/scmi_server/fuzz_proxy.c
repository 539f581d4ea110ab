// SPDX-License-Identifier: GPL-2.0
/*
 * Any bytes as a guest description. What is accepted is written down as an
 * overlay, which libfdt must find to be one, and must be able to apply to an
 * empty tree.
 */

#include <libfdt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz_reach.h"
#include "vectors.h"

enum { REFUSED_PARSE, REFUSED_VET, ACCEPTED, ACCEPTED_TREE, APPLIED, NR_SEEN };

static const char *const seen_names[NR_SEEN] = {
	"no device tree", "a description that is refused", "one that is accepted",
	"one for a guest with a device tree", "one that libfdt applies",
};

static bool seen[NR_SEEN];

static void *fuzz_alloc(struct sgp_env *env, size_t size)
{
	return calloc(1, size);
}

static void fuzz_free(struct sgp_env *env, void *mem)
{
	free(mem);
}

static void fuzz_log(struct sgp_env *env, const char *name, const char *text)
{
	fprintf(stderr, "%s: %s\n", name, text);
}

static struct sgp_env env = { .alloc = fuzz_alloc, .free = fuzz_free, .log = fuzz_log };

static void die(const char *what)
{
	fprintf(stderr, "%s\n", what);
	abort();
}

/* To a tree with nothing in it, as an ACPI guest has one. */
static void apply(u8 *overlay, u32 len)
{
	static char tree[4 * SGP_SIZE_MAX];

	if (fdt_check_full(overlay, len))
		die("what was written is no device tree");
	if (fdt_create_empty_tree(tree, sizeof(tree)))
		die("no tree");
	/* Names that differ in case only are nobody's business but the kernel's. */
	if (fdt_overlay_apply(tree, overlay))
		die("what was written cannot be applied");
	seen[APPLIED] = true;
}

static void vet(const u8 *data, size_t size, struct sgp_guest *guest)
{
	static u8 out[4 * SGP_SIZE_MAX];
	struct sgp_desc *desc = calloc(1, sizeof(*desc));
	const char *wrong;
	u8 *blob = malloc(size ? size : 1);
	u32 len;

	memcpy(blob, data, size);
	if (sgp_desc_parse(desc, blob, size)) {
		seen[REFUSED_PARSE] = true;
	} else if (sgp_desc_vet(desc, guest)) {
		seen[REFUSED_VET] = true;
	} else {
		wrong = sgp_vectors_rules(&env, desc, guest, out, sizeof(out), &len);
		if (wrong)
			die(wrong);
		seen[ACCEPTED] = true;
		seen[ACCEPTED_TREE] |= guest == &sgp_fake_guest;
		if (len && guest == &sgp_fake_empty)
			apply(out, len);
	}
	free(blob);
	free(desc);
}

/* With FUZZ_REACH, a run ends well only if it has seen everything. */
static void check_reach(void)
{
	fuzz_check_seen(seen, seen_names, NR_SEEN);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	if (getenv("FUZZ_REACH"))
		atexit(check_reach);

	return 0;
}

/* The length that it must say is put right, or nothing would get far. */
int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	u8 *copy;

	if (size < 8 || size > SGP_SIZE_MAX)
		return 0;
	copy = malloc(size);
	memcpy(copy, data, size);
	copy[4] = size >> 24;
	copy[5] = size >> 16;
	copy[6] = size >> 8;
	copy[7] = size;
	vet(copy, size, &sgp_fake_empty);
	vet(copy, size, &sgp_fake_guest);
	free(copy);

	return 0;
}
