/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SCMI_SERVER_CONSUMER_H
#define _SCMI_SERVER_CONSUMER_H

#include <linux/mutex.h>
#include <linux/types.h>

struct clk;
struct dentry;
struct device;
struct device_link;
struct regulator;
struct reset_control;

#define CONSUMER_NAME_LEN	32

/**
 * struct consumer_clk - one clock of a consumer
 * @clk: its handle, NULL if it could not be had
 * @running: runtime PM has switched it on
 * @lock: protects what follows
 * @enabled: this consumer votes for "on"
 * @rounded: the last answer to a request to round a rate
 * @cycles: how many cycles the last hammer did
 * @errors: how many of the calls in there failed
 */
struct consumer_clk {
	struct clk *clk;
	bool running;
	struct mutex lock; /* the vote and the results */
	bool enabled;
	long rounded;
	u32 cycles;
	u32 errors;
};

/**
 * struct consumer_reset - one reset line of a consumer
 * @rstc: its handle, NULL if it could not be had
 * @shared: the line has other users
 * @tried: @only_pulse is known
 * @only_pulse: the line cannot be held; like @tried, for runtime PM alone
 * @lock: protects @asserted
 * @asserted: what this consumer asked for last; asserted, if it never did
 */
struct consumer_reset {
	struct reset_control *rstc;
	bool shared;
	bool tried;
	bool only_pulse;
	struct mutex lock; /* the vote */
	bool asserted;
};

/**
 * struct consumer_supply - one regulator of a consumer
 * @reg: its handle
 * @name: its name, without "-supply"
 * @running: runtime PM has switched it on
 * @lock: protects @enabled
 * @enabled: this consumer votes for "on"
 */
struct consumer_supply {
	struct regulator *reg;
	char name[CONSUMER_NAME_LEN];
	bool running;
	struct mutex lock; /* the vote */
	bool enabled;
};

/**
 * struct consumer_domain - one of several power domains of a consumer
 * @dev: the device that stands for the consumer in this domain
 * @link: lets the domain follow runtime PM of the consumer
 * @lock: protects @on
 * @on: this consumer votes for "on", whatever runtime PM does
 */
struct consumer_domain {
	struct device *dev;
	struct device_link *link;
	struct mutex lock; /* the vote */
	bool on;
};

/**
 * enum consumer_hold - who holds a runtime PM reference
 * @CONSUMER_HOLD_NONE: nobody
 * @CONSUMER_HOLD_POWER: the file "power"
 * @CONSUMER_HOLD_RPM: the file "rpm"
 */
enum consumer_hold {
	CONSUMER_HOLD_NONE,
	CONSUMER_HOLD_POWER,
	CONSUMER_HOLD_RPM,
};

/**
 * struct consumer - a bound device
 * @dev: the device
 * @debugfs: its directory
 * @num_clks: number of clocks
 * @num_resets: number of reset lines
 * @num_supplies: number of regulators
 * @num_domains: number of power domains, if there are several
 * @clks: its clocks
 * @resets: its reset lines
 * @supplies: its regulators
 * @domains: its power domains
 * @running: runtime PM has switched all of it on
 * @lock: protects what follows, and is held while runtime PM acts
 * @hold: who holds a runtime PM reference
 * @whole: the resume under way is for all suppliers, not the power domain alone
 * @cycles: how many cycles the last hammer of runtime PM did
 * @errors: how many of the calls in there failed
 * @error: the first of these errors in the call under way
 */
struct consumer {
	struct device *dev;
	struct dentry *debugfs;
	unsigned int num_clks;
	unsigned int num_resets;
	unsigned int num_supplies;
	unsigned int num_domains;
	struct consumer_clk *clks;
	struct consumer_reset *resets;
	struct consumer_supply *supplies;
	struct consumer_domain *domains;
	bool running;
	struct mutex lock; /* runtime PM */
	enum consumer_hold hold;
	bool whole;
	u32 cycles;
	u32 errors;
	int error;
};

bool consumer_count(struct consumer *con, int ret);
const char *consumer_name(struct consumer *con, const char *names, unsigned int i, char *buf);

int consumer_clks_get(struct consumer *con);
void consumer_clks_debugfs_add(struct consumer *con);
void consumer_clks_resume(struct consumer *con);
void consumer_clks_suspend(struct consumer *con);
void consumer_clks_stop(struct consumer *con);

int consumer_resets_get(struct consumer *con);
void consumer_resets_debugfs_add(struct consumer *con);
void consumer_resets_resume(struct consumer *con);
void consumer_resets_suspend(struct consumer *con);
void consumer_resets_stop(struct consumer *con);

int consumer_supplies_get(struct consumer *con);
void consumer_supplies_debugfs_add(struct consumer *con);
void consumer_supplies_resume(struct consumer *con);
void consumer_supplies_suspend(struct consumer *con);
void consumer_supplies_stop(struct consumer *con);

#endif /* _SCMI_SERVER_CONSUMER_H */
