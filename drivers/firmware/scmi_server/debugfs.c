// SPDX-License-Identifier: GPL-2.0
/*
 * debugfs: how often agents were answered what and how fast, what became of their
 * events, and who holds which hardware.
 */

#include <linux/cleanup.h>
#include <linux/debugfs.h>
#include <linux/module.h>
#include <linux/seq_file.h>

#include "engine.h"

static struct dentry *scmid_debugfs;

/* In the order of SCMI's codes, 0 to -10; the last is for all others. */
static const char * const scmid_status_names[SCMID_NR_STATUS] = {
	"SUCCESS", "NOT_SUPPORTED", "INVALID_PARAMETERS", "DENIED", "NOT_FOUND",
	"OUT_OF_RANGE", "BUSY", "COMMS_ERROR", "GENERIC_ERROR", "HARDWARE_ERROR",
	"PROTOCOL_ERROR", "OTHER",
};

static const char *scmid_counted_name(unsigned int proto)
{
	if (proto == SCMID_NR_PROTOS || !scmid_protos[proto])
		return "other";

	return scmid_protos[proto]->name;
}

static int scmid_counters_show(struct seq_file *s, void *unused)
{
	unsigned int proto, status;
	struct scmid_agent *agent;

	guard(mutex)(&scmid_agents_lock);

	list_for_each_entry(agent, &scmid_agents, node) {
		guard(mutex)(&agent->run);
		if (READ_ONCE(agent->malformed))
			seq_printf(s, "%s none malformed %lu\n", agent->peer.name,
				   READ_ONCE(agent->malformed));
		for (proto = 0; proto <= SCMID_NR_PROTOS; proto++) {
			for (status = 0; status < SCMID_NR_STATUS; status++) {
				if (!agent->counts[proto][status])
					continue;
				seq_printf(s, "%s %s %s %lu\n", agent->peer.name,
					   scmid_counted_name(proto),
					   scmid_status_names[status],
					   agent->counts[proto][status]);
			}
		}
	}

	return 0;
}
DEFINE_SHOW_ATTRIBUTE(scmid_counters);

static int scmid_latency_show(struct seq_file *s, void *unused)
{
	struct scmid_agent *agent;
	unsigned int proto, slot;
	u32 n;

	guard(mutex)(&scmid_agents_lock);

	list_for_each_entry(agent, &scmid_agents, node) {
		guard(mutex)(&agent->run);
		for (proto = 0; proto <= SCMID_NR_PROTOS; proto++) {
			for (slot = 0; slot < SCMID_NR_TIMES; slot++) {
				n = agent->times[proto][slot];
				if (n)
					seq_printf(s, "%s %s %llu %u\n", agent->peer.name,
						   scmid_counted_name(proto),
						   scmid_time_bound(slot), n);
			}
		}
	}

	return 0;
}

/* Commands are timed while somebody has the file open, so nobody has to end it. */
static int scmid_latency_open(struct inode *inode, struct file *file)
{
	int err = single_open(file, scmid_latency_show, inode->i_private);

	if (!err)
		static_branch_inc(&scmid_timing);

	return err;
}

static int scmid_latency_release(struct inode *inode, struct file *file)
{
	static_branch_dec(&scmid_timing);

	return single_release(inode, file);
}

static const struct file_operations scmid_latency_fops = {
	.owner = THIS_MODULE,
	.open = scmid_latency_open,
	.read = seq_read,
	.llseek = seq_lseek,
	.release = scmid_latency_release,
};

static int scmid_events_show(struct seq_file *s, void *unused)
{
	static const char * const names[SCMID_NR_EVENTS_COUNTS] = {
		[SCMID_EVENTS_SENT] = "sent",
		[SCMID_EVENTS_REPLACED] = "replaced",
		[SCMID_EVENTS_DROPPED] = "dropped",
	};
	unsigned long counts[SCMID_NR_EVENTS_COUNTS];
	struct scmid_agent *agent;
	unsigned int i;

	guard(mutex)(&scmid_agents_lock);

	list_for_each_entry(agent, &scmid_agents, node) {
		scoped_guard(spinlock_irqsave, &agent->event_lock) {
			memcpy(counts, agent->event_counts, sizeof(counts));
		}
		for (i = 0; i < SCMID_NR_EVENTS_COUNTS; i++)
			if (counts[i])
				seq_printf(s, "%s %s %lu\n", agent->peer.name, names[i], counts[i]);
	}

	return 0;
}
DEFINE_SHOW_ATTRIBUTE(scmid_events);

static void scmid_resources_show_hw(struct scmid_hw *hw, void *data)
{
	struct scmid_grant_res *r;
	struct seq_file *s = data;
	char text[SCMID_SHOW_MAX];

	r = list_first_entry(&hw->holders, struct scmid_grant_res, held);
	hw->backend->show_state(r, text, sizeof(text));
	seq_printf(s, "%s \"%s\": %s\n", hw->backend->name, r->res.name, text);

	list_for_each_entry(r, &hw->holders, held) {
		hw->backend->show_vote(r, text, sizeof(text));
		seq_printf(s, "  %s%s%s id %u%s: %s", dev_name(&r->grant->dev),
			   *r->dir ? "/" : "", r->dir, r->res.id,
			   r->grant->shared ? " shared" : "", text);
		if (r->backend->min_attr && (r->res.min || r->res.max))
			seq_printf(s, ", within %llu..%llu", r->res.min, r->res.max);
		if (r->backend->policy_attr)
			seq_printf(s, ", %s", scmid_policy_names[r->policy]);
		seq_putc(s, '\n');
	}
}

static int scmid_resources_show(struct seq_file *s, void *unused)
{
	scmid_hw_walk(scmid_resources_show_hw, s);

	return 0;
}
DEFINE_SHOW_ATTRIBUTE(scmid_resources);

/**
 * scmid_debugfs_init() - offer the files
 *
 * Context: module initialisation.
 */
void scmid_debugfs_init(void)
{
	scmid_debugfs = debugfs_create_dir("scmi_server", NULL);
	debugfs_create_file("counters", 0444, scmid_debugfs, NULL, &scmid_counters_fops);
	debugfs_create_file("events", 0444, scmid_debugfs, NULL, &scmid_events_fops);
	debugfs_create_file("latency", 0444, scmid_debugfs, NULL, &scmid_latency_fops);
	debugfs_create_file("resources", 0444, scmid_debugfs, NULL, &scmid_resources_fops);
}

void scmid_debugfs_exit(void)
{
	debugfs_remove_recursive(scmid_debugfs);
}
