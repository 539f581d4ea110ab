// SPDX-License-Identifier: GPL-2.0
/*
 * Guest descriptions: what an agent is told of the devices it was given, as a
 * devicetree overlay that the operator has made. The server hands it on, and does
 * not look for a meaning in it.
 */

#define pr_fmt(fmt) "scmi_server: " fmt

#include <linux/cleanup.h>
#include <linux/of_fdt.h>
#include <linux/slab.h>
#include <linux/string.h>

#include <crypto/sha2.h>

#include "engine.h"

static_assert(SCMID_SHA256_SIZE == SHA256_DIGEST_SIZE);

/* Nodes within nodes: less than what makes the kernel warn. */
#define SCMID_GUEST_DEPTH	32

/* Of the blob's format: what is looked at here. */
enum scmid_fdt_header {
	SCMID_FDT_MAGIC,
	SCMID_FDT_TOTALSIZE,
	SCMID_FDT_OFF_STRUCT,
	SCMID_FDT_VERSION	= 5,
	SCMID_FDT_LAST_COMP_VERSION,
	SCMID_FDT_HEADER_WORDS	= 10,
};

enum scmid_fdt_token {
	SCMID_FDT_BEGIN_NODE	= 1,
	SCMID_FDT_END_NODE,
	SCMID_FDT_PROP,
	SCMID_FDT_NOP,
};

#define SCMID_FDT_FORMAT	17

static u32 scmid_fdt_header(const void *data, enum scmid_fdt_header word)
{
	return be32_to_cpup((const __be32 *)data + word);
}

/*
 * How deep the nodes are: the kernel's own functions expect no more than a
 * devicetree has, and those of libfdt are not exported. Anything else that is
 * wrong is left to them.
 */
static bool scmid_guest_too_deep(const void *data, size_t size)
{
	size_t at = scmid_fdt_header(data, SCMID_FDT_OFF_STRUCT), len;
	unsigned int depth = 0;
	const __be32 *word;

	while (at <= size - sizeof(*word)) {
		word = data + at;
		at += sizeof(*word);
		switch (be32_to_cpup(word)) {
		case SCMID_FDT_BEGIN_NODE:
			if (++depth > SCMID_GUEST_DEPTH)
				return true;
			at = ALIGN(at + strnlen(data + at, size - at) + 1, sizeof(*word));
			break;
		case SCMID_FDT_END_NODE:
			if (depth)
				depth--;
			break;
		case SCMID_FDT_PROP:
			if (at > size - sizeof(*word))
				return false;
			len = be32_to_cpup(word + 1);
			if (len > size)
				return false;
			at = ALIGN(at + 2 * sizeof(*word) + len, sizeof(*word));
			break;
		case SCMID_FDT_NOP:
			break;
		default:
			return false;
		}
	}

	return false;
}

/**
 * scmid_guest_check() - can this be a guest description?
 * @data: what the operator wrote; aligned as memory of the allocator is
 * @size: bytes of it
 *
 * It is a devicetree blob, as far as the kernel can tell. Whether its nodes are
 * right for the guest is what the guest finds out.
 *
 * Context: process.
 *
 * Return: %NULL, or what is wrong with it.
 */
const char *scmid_guest_check(const void *data, size_t size)
{
	void *tree;

	if (size > SCMID_GUEST_MAX)
		return "more than 64 KiB";
	if (size < SCMID_FDT_HEADER_WORDS * sizeof(__be32) ||
	    scmid_fdt_header(data, SCMID_FDT_MAGIC) != OF_DT_HEADER)
		return "not a devicetree blob";
	if (scmid_fdt_header(data, SCMID_FDT_TOTALSIZE) != size)
		return "not the whole of a blob, or more than that";
	if (scmid_fdt_header(data, SCMID_FDT_VERSION) < SCMID_FDT_FORMAT ||
	    scmid_fdt_header(data, SCMID_FDT_LAST_COMP_VERSION) > SCMID_FDT_FORMAT)
		return "not of version 17";
	if (!IS_ALIGNED(scmid_fdt_header(data, SCMID_FDT_OFF_STRUCT), sizeof(__be32)) ||
	    scmid_fdt_header(data, SCMID_FDT_OFF_STRUCT) > size)
		return "a damaged blob";
	if (scmid_guest_too_deep(data, size))
		return "nodes too deep within others";

	tree = of_fdt_unflatten_tree(data, NULL, NULL);
	if (!tree)
		return "a damaged blob";
	kfree(tree);

	return NULL;
}

static struct scmid_guest_desc *scmid_guest_new(const void *data, size_t size)
{
	struct scmid_guest_desc *desc = kvzalloc(struct_size(desc, data, size), GFP_KERNEL);

	if (!desc)
		return NULL;

	desc->size = size;
	memcpy(desc->data, data, size);
	sha256(desc->data, size, desc->sha256);

	return desc;
}

/**
 * scmid_guest_set() - give an agent another guest description
 * @agent: the agent
 * @data: what scmid_guest_check() said nothing against
 * @size: bytes of it; 0: it has none any more
 *
 * The one that it has is not told of as changed.
 *
 * Context: process; waits for at most one command of the agent.
 *
 * Return: 0 or -ENOMEM.
 */
int scmid_guest_set(struct scmid_agent *agent, const void *data, size_t size)
{
	struct scmid_guest_desc *desc = NULL;
	const struct scmid_guest_desc *old;

	if (size) {
		desc = scmid_guest_new(data, size);
		if (!desc)
			return -ENOMEM;
	}

	scoped_guard(mutex, &agent->lock) {
		old = agent->peer.desc;
		if (desc && old && desc->size == old->size &&
		    !memcmp(desc->data, old->data, desc->size)) {
			old = desc;
			break;
		}
		if (!desc && !old)
			break;

		if (desc) {
			/* 0 is none, also after as many changes as there are numbers. */
			if (!++agent->guest_generation)
				agent->guest_generation++;
			desc->generation = agent->guest_generation;
		}
		scoped_guard(mutex, &agent->run) {
			agent->peer.desc = desc;
			scmid_agent_update(agent);
		}
		scmid_event_raise_guest(agent, SCMID_GUEST_DESC_CHANGED, !desc ? 0 :
					(u64)desc->size << 32 | desc->generation);
	}
	kvfree(old);

	return 0;
}

/**
 * scmid_guest_get() - read an agent's guest description
 * @agent: the agent
 * @data: where it goes, or %NULL
 * @size: bytes of @data
 *
 * Context: process.
 *
 * Return: bytes of it, 0 if there is none; -EAGAIN if @data is for one of another
 * size.
 */
ssize_t scmid_guest_get(struct scmid_agent *agent, void *data, size_t size)
{
	const struct scmid_guest_desc *desc;

	guard(mutex)(&agent->lock);

	desc = agent->peer.desc;
	if (data && size != (desc ? desc->size : 0))
		return -EAGAIN;
	if (!desc)
		return 0;
	if (data)
		memcpy(data, desc->data, size);

	return desc->size;
}

/**
 * scmid_guest_set_access() - what an agent may do that is about no resource
 * @agent: the agent
 * @access: SCMID_ACCESS_* bits
 *
 * Who may not read the description any more is not told of changes either.
 *
 * Context: process; waits for at most one command of the agent.
 */
void scmid_guest_set_access(struct scmid_agent *agent, u16 access)
{
	guard(mutex)(&agent->lock);
	guard(mutex)(&agent->run);

	WRITE_ONCE(agent->peer.access, access);
	if (!(access & SCMID_ACCESS_DESCRIBE))
		scmid_event_want_guest(agent, SCMID_GUEST_DESC_CHANGED, false);
}
