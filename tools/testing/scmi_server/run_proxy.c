// SPDX-License-Identifier: GPL-2.0
/*
 * Runs the vectors of the guest proxy in user space and prints KTAP; or writes
 * inputs for the fuzzer.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vectors.h"

static void *run_alloc(struct sgp_env *env, size_t size)
{
	return calloc(1, size);
}

static void run_free(struct sgp_env *env, void *mem)
{
	free(mem);
}

static void run_log(struct sgp_env *env, const char *name, const char *text)
{
	printf("# %s: %s\n", name, text);
}

static const struct {
	const char *desc;
	unsigned int (*run)(struct sgp_env *env);
} sweeps[] = {
	{ "good descriptions are accepted, bad ones refused", sgp_vectors_vetted },
	{ "what is left of one at every length is refused", sgp_vectors_truncated },
	{ "with any bit flipped one is refused, or still good", sgp_vectors_flipped },
	{ "as much as is allowed, and no more", sgp_vectors_limits },
	{ "what is new is written, and nothing else", sgp_vectors_written },
	{ "later descriptions", sgp_vectors_later },
	{ "platforms of all kinds", sgp_vectors_read },
	{ "headers and statuses of replies", sgp_vectors_replies },
};

static int corpus(const char *dir)
{
	static u8 blob[65536];
	char path[4096];
	unsigned int i;
	FILE *file;
	u32 len;

	for (i = 0; (len = sgp_vectors_blob(i, blob, sizeof(blob))); i++) {
		snprintf(path, sizeof(path), "%s/vector-%03u", dir, i);
		file = fopen(path, "w");
		if (!file) {
			perror(path);
			return 1;
		}
		fwrite(blob, 1, len, file);
		if (fclose(file))
			return 1;
	}

	return 0;
}

int main(int argc, char **argv)
{
	struct sgp_env env = { .alloc = run_alloc, .free = run_free, .log = run_log };
	unsigned int i, failed, nr_failed = 0;

	if (argc == 3 && !strcmp(argv[1], "--corpus"))
		return corpus(argv[2]);
	if (argc != 1) {
		fprintf(stderr, "usage: %s [--corpus DIRECTORY]\n", argv[0]);
		return 2;
	}

	printf("KTAP version 1\n1..%zu\n", sizeof(sweeps) / sizeof(sweeps[0]));
	for (i = 0; i < sizeof(sweeps) / sizeof(sweeps[0]); i++) {
		failed = sweeps[i].run(&env);
		nr_failed += !!failed;
		printf("%sok %u %s\n", failed ? "not " : "", i + 1, sweeps[i].desc);
	}
	printf("# %u of %u failed\n", nr_failed, i);

	return nr_failed ? 1 : 0;
}
