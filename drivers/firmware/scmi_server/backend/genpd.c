// SPDX-License-Identifier: GPL-2.0
/*
 * Power domains of the generic power domain framework.
 *
 * Every agent has its own virtual device in the domain, which the framework
 * makes for it. While the agent wants the domain on, that device is resumed,
 * and counts like any other device there.
 */

#include <linux/of.h>
#include <linux/pm_domain.h>
#include <linux/pm_runtime.h>
#include <linux/string.h>

#include "backend.h"

/* The virtual device. */
static struct device *to_virt(const struct scmid_res *res)
{
	return res->priv;
}

static int scmid_genpd_on(struct device *virt)
{
	int err = pm_runtime_resume_and_get(virt);

	/* An error would stay with the device, and be all that it says. */
	if (err)
		pm_runtime_set_suspended(virt);

	return err;
}

/* However this ends, the device does not need the domain any more. */
static int scmid_genpd_off(struct device *virt)
{
	int err = pm_runtime_put_sync_suspend(virt);

	if (err >= 0)
		return 0;

	pm_runtime_disable(virt);
	pm_runtime_set_suspended(virt);
	pm_runtime_enable(virt);

	return err;
}

static int scmid_genpd_state_set(struct scmid_res *res, bool on)
{
	int err = on ? scmid_genpd_on(to_virt(res)) : scmid_genpd_off(to_virt(res));

	if (!err || !on) {
		res->vote = on;
		scmid_voted(to_grant_res(res));
	}

	return err;
}

static const struct scmid_power_ops scmid_genpd_backend_ops = {
	.state_set = scmid_genpd_state_set,
};

static int scmid_genpd_enumerate(struct scmid_grant *grant,
				 const struct scmid_backend *backend)
{
	struct device_node *np = grant->dev.of_node;
	int n = of_count_phandle_with_args(np, "power-domains", "#power-domain-cells"), i, err;
	char fallback[16];
	const char *name;

	for (i = 0; i < n; i++) {
		if (of_property_read_string_index(np, "power-domain-names", i, &name)) {
			snprintf(fallback, sizeof(fallback), "power%d", i);
			name = fallback;
		}
		err = scmid_grant_add(grant, backend, NULL, name);
		if (err)
			return err;
	}

	return 0;
}

static int scmid_genpd_get(struct scmid_grant_res *r)
{
	struct device *virt = dev_pm_domain_attach_by_id(&r->grant->dev, r->index);

	if (!virt)
		return -ENOENT;
	if (IS_ERR(virt)) {
		int err = PTR_ERR(virt);

		/* Late enough after boot, no provider means never to the framework. */
		return err == -ETIMEDOUT || err == -ENODEV ? -EPROBE_DEFER : err;
	}

	r->res.priv = virt;
	return 0;
}

static void scmid_genpd_quiesce(struct scmid_grant_res *r, u16 access)
{
	if (access & SCMID_ACCESS_STATE && r->res.vote)
		scmid_genpd_state_set(&r->res, false);
}

static void scmid_genpd_put(struct scmid_grant_res *r)
{
	struct device *virt = to_virt(&r->res);

	r->res.priv = NULL;
	dev_pm_domain_detach(virt, false);
}

static const void *scmid_genpd_hardware(const struct scmid_grant_res *r)
{
	return to_virt(&r->res)->pm_domain;
}

static void scmid_genpd_show_vote(struct scmid_grant_res *r, char *buf, size_t size)
{
	strscpy(buf, READ_ONCE(r->res.vote) ? "on" : "off", size);
}

static void scmid_genpd_show_state(struct scmid_grant_res *r, char *buf, size_t size)
{
	const struct generic_pm_domain *genpd = pd_to_genpd(to_virt(&r->res)->pm_domain);

	strscpy(buf, READ_ONCE(genpd->status) == GENPD_STATE_ON ? "on" : "off", size);
}

struct scmid_backend scmid_genpd_backend = {
	.name = "power",
	.property = "power-domains",
	.cells = "#power-domain-cells",
	.proto = SCMID_PROTO_POWER,
	.access = SCMID_ACCESS_GET | SCMID_ACCESS_STATE,
	.access_default = SCMID_ACCESS_GET | SCMID_ACCESS_STATE,
	.ops = &scmid_genpd_backend_ops,
	.enumerate = scmid_genpd_enumerate,
	.get = scmid_genpd_get,
	.quiesce = scmid_genpd_quiesce,
	.put = scmid_genpd_put,
	.hardware = scmid_genpd_hardware,
	.show_vote = scmid_genpd_show_vote,
	.show_state = scmid_genpd_show_state,
};
