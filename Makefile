# SPDX-License-Identifier: GPL-2.0
#
# Out-of-tree entry. Everything under drivers/ and include/ is as it would be
# in the kernel's own tree.

KDIR ?= /lib/modules/$(shell uname -r)/build

export CONFIG_SCMI_SERVER := m
export CONFIG_SCMI_SERVER_VDPA := m
export CONFIG_SCMI_SERVER_SIMHW := m

.PHONY: modules
modules: compat ## build the kernel modules against KDIR (default: the running kernel)
	+$(MAKE) -C $(KDIR) M=$(CURDIR)/drivers/firmware/scmi_server \
		CONFIG_SCMI_SERVER=m CONFIG_SCMI_SERVER_VDPA=m CONFIG_SCMI_SERVER_SIMHW=m \
		NOSTDINC_FLAGS="-nostdinc $(COMPAT_FLAGS)" modules

include tools/compat/compat.mk
