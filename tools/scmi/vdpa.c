// SPDX-License-Identifier: GPL-2.0
/*
 * vDPA devices come and go by the generic netlink family "vdpa".
 */

#include <errno.h>
#include <linux/vdpa.h>
#include <netlink/genl/ctrl.h>
#include <netlink/genl/genl.h>
#include <netlink/netlink.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cfs.h"
#include "util.h"
#include "vdpa.h"

#define MGMTDEV "scmi_server"

struct answer {
	int err;
	char why[256];
};

static int on_error(struct sockaddr_nl *from, struct nlmsgerr *e, void *arg)
{
	struct nlmsghdr *nlh = (struct nlmsghdr *)((char *)e - NLMSG_HDRLEN);
	struct answer *answer = arg;
	struct nlattr *attr;
	int at = sizeof(*e);

	(void)from;
	answer->err = e->error;
	if (!(nlh->nlmsg_flags & NLM_F_ACK_TLVS))
		return NL_STOP;
	if (!(nlh->nlmsg_flags & NLM_F_CAPPED))
		at += e->msg.nlmsg_len - sizeof(e->msg);
	attr = nlmsg_find_attr(nlh, at, NLMSGERR_ATTR_MSG);
	if (attr)
		snprintf(answer->why, sizeof(answer->why), "%.*s", nla_len(attr),
			 (const char *)nla_data(attr));

	return NL_STOP;
}

static int on_ack(struct nl_msg *msg, void *arg)
{
	(void)msg;
	((struct answer *)arg)->err = 0;

	return NL_STOP;
}

/* One command with the device's name, and its answer: a negative errno */
static int command(int cmd, const char *name, struct answer *answer)
{
	struct nl_sock *sock = nl_socket_alloc();
	struct nl_msg *msg = nlmsg_alloc();
	int family, err = -ENOMEM, on = 1;
	struct nl_cb *cb = NULL;

	if (!sock || !msg)
		goto out;
	err = -EPROTONOSUPPORT;
	if (genl_connect(sock))
		goto out;
	family = genl_ctrl_resolve(sock, VDPA_GENL_NAME);
	if (family < 0)
		goto out;
	setsockopt(nl_socket_get_fd(sock), SOL_NETLINK, NETLINK_EXT_ACK, &on, sizeof(on));

	err = -ENOMEM;
	cb = nl_cb_alloc(NL_CB_DEFAULT);
	if (!cb || !genlmsg_put(msg, NL_AUTO_PORT, NL_AUTO_SEQ, family, 0,
				NLM_F_REQUEST | NLM_F_ACK, cmd, VDPA_GENL_VERSION))
		goto out;
	if ((cmd == VDPA_CMD_DEV_NEW &&
	     nla_put_string(msg, VDPA_ATTR_MGMTDEV_DEV_NAME, MGMTDEV)) ||
	    nla_put_string(msg, VDPA_ATTR_DEV_NAME, name))
		goto out;
	nl_cb_err(cb, NL_CB_CUSTOM, on_error, answer);
	nl_cb_set(cb, NL_CB_ACK, NL_CB_CUSTOM, on_ack, answer);

	err = -EIO;
	if (nl_send_auto(sock, msg) < 0)
		goto out;
	answer->err = 1;
	while (answer->err > 0)
		if (nl_recvmsgs(sock, cb) < 0 && answer->err > 0)
			goto out;
	err = answer->err;
out:
	if (cb)
		nl_cb_put(cb);
	nlmsg_free(msg);
	nl_socket_free(sock);

	return err;
}

static int run(int cmd, const char *name, const char *what)
{
	struct answer answer = {};
	const char *hint = "";
	int err;

	err = command(cmd, name, &answer);
	if (!err)
		return 0;
	if (err == -EPROTONOSUPPORT)
		return fail("cannot %s %s: the kernel has no vDPA; is the module scmi_server_vdpa loaded?",
			    what, name);
	if (err == -ENODEV && cmd == VDPA_CMD_DEV_NEW)
		hint = "; is the module scmi_server_vdpa loaded, and the agent live?";

	return fail("cannot %s %s: %s%s%s%s%s", what, name, strerror(-err), *answer.why ? " (" : "",
		    answer.why, *answer.why ? ")" : "", hint);
}

int vdpa_add(const char *name)
{
	if (cfs_said("vdpa dev add name %s mgmtdev " MGMTDEV, name))
		return 0;

	return run(VDPA_CMD_DEV_NEW, name, "attach");
}

int vdpa_del(const char *name)
{
	if (cfs_said("vdpa dev del %s", name))
		return 0;

	return run(VDPA_CMD_DEV_DEL, name, "detach");
}

#define BUS "/sys/bus/vdpa"

/* The device may have gone to virtio_vdpa, and so to the host itself. */
static int to_vhost(const char *name)
{
	char *dir = xfmt(BUS "/devices/%s", name), *driver = sys_link("%s/driver", dir), *path;
	int err = 0;

	if (driver && ends_with(driver, "/vhost_vdpa"))
		goto out;
	path = xfmt("%s/driver_override", dir);
	err = sys_put(path, "vhost_vdpa");
	free(path);
	if (!err && driver) {
		path = xfmt("%s/driver/unbind", dir);
		err = sys_put(path, name);
		free(path);
	}
	if (!err)
		err = sys_put(BUS "/drivers_probe", name);
out:
	free(driver);
	free(dir);

	return err;
}

char *vdpa_node(const char *name)
{
	char *dir = xfmt(BUS "/devices/%s", name), **names, **n, *node = NULL;
	int i;

	if (to_vhost(name)) {
		free(dir);
		return NULL;
	}
	/* What probes it may do so later. */
	for (i = 0; i < 100 && !node; i++) {
		names = sys_list(true, dir);
		for (n = names; *n; n++)
			if (starts_with(*n, "vhost-vdpa-")) {
				node = xfmt("/dev/%s", *n);
				break;
			}
		list_free(names);
		if (!node && cfs_dry)
			break;
		if (!node)
			usleep(20000);
	}
	free(dir);
	if (!node && cfs_dry)
		return xstr("/dev/vhost-vdpa-0");
	if (!node)
		fail("%s has no vhost-vdpa node: is the module vhost_vdpa loaded?", name);

	return node;
}
