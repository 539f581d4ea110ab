/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Has a run seen all that there is to be seen? Otherwise a fuzzer that gets
 * nowhere finds nothing, and looks well.
 */
#ifndef FUZZ_REACH_H
#define FUZZ_REACH_H

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

/* Ends the program, with a status that says no, unless all of @seen is set. */
static inline void fuzz_check_seen(const bool *seen, const char *const *names, unsigned int n)
{
	unsigned int i, missed = 0;

	for (i = 0; i < n; i++) {
		if (seen[i])
			continue;
		fprintf(stderr, "never seen: %s\n", names[i]);
		missed++;
	}
	if (missed)
		_Exit(1);
	fprintf(stderr, "everything was seen\n");
}

#endif /* FUZZ_REACH_H */
