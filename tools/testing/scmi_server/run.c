// SPDX-License-Identifier: GPL-2.0
/*
 * Runs the vectors in user space and prints KTAP; or writes them as inputs
 * for the fuzzer.
 */

#include <stdio.h>
#include <stdlib.h>

#include "record.h"
#include "run.h"
#include "vectors.h"

static void run_reset(struct vectors_env *env)
{
	scmid_seam_init(env->seam);
}

static void run_dispatch(struct vectors_env *env, struct scmid_msg *msg)
{
	scmid_dispatch(msg);
}

static void *run_alloc(struct vectors_env *env, size_t size)
{
	return malloc(size);
}

static void run_free(struct vectors_env *env, void *mem)
{
	free(mem);
}

static void run_log(struct vectors_env *env, const char *text, const void *data,
		    size_t len)
{
	const unsigned char *bytes = data;
	size_t i;

	printf("# %s", text);
	for (i = 0; i < len; i++)
		printf("%s%02x", i % 32 ? " " : "\n#   ", bytes[i]);
	printf("\n");
}

static const struct {
	const char *desc;
	unsigned int (*run)(struct vectors_env *env);
} sweeps[] = {
	{ "examples, byte by byte", scmid_vectors_examples },
	{ "every message of every protocol at every length", scmid_vectors_headers },
	{ "every command with lengths that are only claimed", scmid_vectors_long },
	{ "every command with every room", scmid_vectors_rooms },
	{ "every list in pages of every size", scmid_vectors_pages },
	{ "every command with every set of rights", scmid_vectors_access },
	{ "rights that are told are those there are", scmid_vectors_told },
	{ "every command with ids that do not exist", scmid_vectors_ids },
	{ "message attributes of every id", scmid_vectors_attributes },
	{ "status of every errno", scmid_vectors_status },
	{ "notifications, byte by byte", scmid_vectors_notifications },
	{ "reasons of refusals", scmid_vectors_reasons },
};

static unsigned int nr_tests, nr_failed;

static void result(unsigned int failed, const char *desc)
{
	nr_tests++;
	nr_failed += !!failed;
	printf("%sok %u %s\n", failed ? "not " : "", nr_tests, desc);
}

static void put_vector(FILE *file, const struct vector *v)
{
	unsigned int len = v->cut ? v->cut : v->req_len;
	unsigned int room = v->room ? v->room : VECTOR_ROOM;
	unsigned int i;

	fputc(v->peer, file);
	fputc((room - RECORD_ROOM_MIN) & 0xff, file);
	fputc((room - RECORD_ROOM_MIN) >> 8, file);
	fputc(len - RECORD_LEN_MIN, file);
	for (i = 0; i < len; i++)
		fputc(v->req[i / 4] >> (i % 4 * 8) & 0xff, file);
}

static int put_corpus(const char *dir, const char *kind, unsigned int nr,
		      const struct vector *v, unsigned int nr_vectors)
{
	char path[4096];
	unsigned int i;
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s-%03u", dir, kind, nr);
	file = fopen(path, "w");
	if (!file) {
		perror(path);
		return 1;
	}
	for (i = 0; i < nr_vectors; i++)
		put_vector(file, &v[i]);

	return fclose(file) ? 1 : 0;
}

static int corpus(const char *dir)
{
	unsigned int i;
	int err = 0;

	for (i = 0; i < ARRAY_SIZE(vectors) && !err; i++)
		err = put_corpus(dir, "vector", i, &vectors[i], 1);
	for (i = 0; i < ARRAY_SIZE(vector_seqs) && !err; i++)
		err = put_corpus(dir, "seq", i, vector_seqs[i].step, vector_seqs[i].nr);

	return err;
}

int main(int argc, char **argv)
{
	static struct seam seam;
	static struct vectors_env env = {
		.seam = &seam,
		.reset = run_reset,
		.dispatch = run_dispatch,
		.alloc = run_alloc,
		.free = run_free,
		.log = run_log,
	};
	unsigned int i;

	if (argc == 3 && !strcmp(argv[1], "--corpus"))
		return corpus(argv[2]);
	if (argc != 1) {
		fprintf(stderr, "usage: %s [--corpus DIRECTORY]\n", argv[0]);
		return 2;
	}

	printf("KTAP version 1\n1..%zu\n",
	       ARRAY_SIZE(vectors) + ARRAY_SIZE(vector_seqs) + ARRAY_SIZE(sweeps));
	for (i = 0; i < ARRAY_SIZE(vectors); i++) {
		env.reset(&env);
		result(scmid_vectors_run(&env, &vectors[i]), vectors[i].desc);
	}
	for (i = 0; i < ARRAY_SIZE(vector_seqs); i++)
		result(scmid_vectors_seq(&env, &vector_seqs[i]), vector_seqs[i].desc);
	for (i = 0; i < ARRAY_SIZE(sweeps); i++)
		result(sweeps[i].run(&env), sweeps[i].desc);

	printf("# %u of %u failed\n", nr_failed, nr_tests);
	return nr_failed ? 1 : 0;
}
