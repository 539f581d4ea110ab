// SPDX-License-Identifier: GPL-2.0
/*
 * Runs the vectors in user space and prints KTAP; or writes inputs for the
 * fuzzers.
 */

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "record.h"
#include "run.h"
#include "smt_record.h"
#include "smt_vectors.h"
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

/* SMT_SEED=N does again what failed. */
static unsigned int run_smt_random(struct vectors_env *env)
{
	const char *again = getenv("SMT_SEED");
	u32 seed = again ? strtoul(again, NULL, 0) : (u32)time(NULL);
	unsigned int i, failed = 0;

	for (i = 0; i < (again ? 1 : 20) && !failed; i++) {
		printf("# seed %u\n", seed + i);
		failed = scmid_smt_vectors_random(env, seed + i);
	}

	return failed;
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
	{ "a description in pieces of every size, from everywhere", scmid_vectors_reads },
	{ "shared memory: commands of all lengths, true or not", scmid_smt_vectors_lengths },
	{ "shared memory: headers and flags are not judged", scmid_smt_vectors_headers },
	{ "shared memory: replies of all lengths stay in the area", scmid_smt_vectors_replies },
	{ "shared memory: after all that is bad, all that is good works", scmid_smt_vectors_bad },
	{ "shared memory: each word changes at each moment", scmid_smt_vectors_changes },
	{ "shared memory: an agent starts, whatever was there", scmid_smt_vectors_init },
	{ "shared memory: messages to an agent that reads", scmid_smt_vectors_send },
	{ "shared memory: and to one that does not", scmid_smt_vectors_busy },
	{ "shared memory: any agent, any transport, against a model", run_smt_random },
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

/*
 * Where the fuzzer of the shared-memory channel begins; see smt_record.h. A
 * letter for what happens next.
 */
static const struct smt_word {
	char letter;
	u8 len;
	u8 bytes[24];
} smt_words[] = {
	/* The agent sends: four bytes; eight, and wants a doorbell; too much; 0; 3 */
	{ 'a', 14, { SMT_AGENT, 0x81, 0, 0x84, 0, 0x85, 4, 0xb7, 0, 0x40, 0, 0, 0, 0 } },
	{ 'b', 14, { SMT_AGENT, 0x81, 0, 0x84, 1, 0x85, 8, 0xb7, 6, 0x50, 0, 0, 0, 0 } },
	{ 'c', 14, { SMT_AGENT, 0x81, 0, 0x84, 1, 0x85, 200, 0xb7, 6, 0x50, 0, 0, 0, 0 } },
	{ 'd', 14, { SMT_AGENT, 0x81, 0, 0x84, 1, 0x85, 0, 0xb7, 6, 0x50, 0, 0, 0, 0 } },
	{ 'e', 14, { SMT_AGENT, 0x81, 0, 0x84, 1, 0x85, 3, 0xb7, 6, 0x50, 0, 0, 0, 0 } },
	/* About the longest there can be; and it only writes the status */
	{ 'l', 6, { SMT_AGENT, 0x95, 5, 0x81, 2, 0 } },
	{ 'u', 4, { SMT_AGENT, 0x81, 1, 0 } },
	/* The calls while it is quiet */
	{ 'F', 6, { SMT_FETCH, 0, 0, 0, 0, 0 } },
	{ 'G', 6, { SMT_FETCH, 0, 0, 0, 0, 255 } },
	{ 'C', 4, { SMT_COMPLETE, 0, 0, 0 } },
	{ 'S', 8, { SMT_SEND, 1, 0, 0, 0, 0, 0, 0 } },
	{ 's', 4, { SMT_SEND, 1, 0, 0 } },
	{ 'T', 3, { SMT_SEND, 255, 0 } },
	{ 'I', 7, { SMT_INIT, 0, 0, 0, 0, 0, 0 } },
	/* And while it is not: other flags, length and status, and all of it */
	{ 'P', 8, { SMT_FETCH, 0, 0x84, 0, 0, 0, 0, 0 } },
	{ 'Q', 11, { SMT_FETCH, 0, 0, 0xb5, 255, 255, 255, 255, 0, 0, 0 } },
	{ 'R', 11, { SMT_FETCH, 0, 0, 0, 0xb5, 255, 255, 255, 255, 0, 0 } },
	{ 'X', 6, { SMT_COMPLETE, 0xa0, 255, 0, 0, 0 } },
};

static const struct {
	u8 size;
	const char *letters;
} smt_seeds[] = {
	{ 20, "IbFCaGC" }, { 0, "IbFCT" }, { 255, "IcGCS" }, { 20, "IdFCeFC" },
	{ 20, "IbQCbRC" }, { 20, "IbPC" }, { 20, "IbFuFCbC" }, { 20, "IbFIC" },
	{ 20, "IbFX" }, { 20, "ISsuSIFC" }, { 20, "IlFC" }, { 1, "bFCdQCSIC" },
};

static void put_letter(FILE *file, char letter)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(smt_words); i++) {
		if (smt_words[i].letter == letter)
			fwrite(smt_words[i].bytes, 1, smt_words[i].len, file);
	}
}

static int smt_corpus(const char *dir)
{
	const char *letter;
	char path[4096];
	unsigned int i;
	FILE *file;
	int err = 0;

	for (i = 0; i < ARRAY_SIZE(smt_seeds) && !err; i++) {
		snprintf(path, sizeof(path), "%s/seed-%03u", dir, i);
		file = fopen(path, "w");
		if (!file) {
			perror(path);
			return 1;
		}
		fputc(smt_seeds[i].size, file);
		/* The first initialisation is not asked for. */
		fwrite("\0\0\0\0\0", 1, 6, file);
		for (letter = smt_seeds[i].letters; *letter; letter++)
			put_letter(file, *letter);
		err = fclose(file) ? 1 : 0;
	}

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
	if (argc == 3 && !strcmp(argv[1], "--smt-corpus"))
		return smt_corpus(argv[2]);
	if (argc != 1) {
		fprintf(stderr, "usage: %s [--corpus | --smt-corpus DIRECTORY]\n", argv[0]);
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
