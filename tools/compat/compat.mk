# SPDX-License-Identifier: GPL-2.0
#
# What kernels older than the one the sources are written for lack, found out by
# their headers; nothing under drivers/ refers to it. Sets
# COMPAT_FLAGS; makes shadow headers in COMPAT_DIR.

# KDIR is a source tree, a build directory with a link to its source, or, as
# Debian has it, one whose Makefile does nothing but include that of the source.
COMPAT_SRC := $(firstword $(foreach d,$(KDIR)/source $(KDIR) $(patsubst %/,%,$(dir \
	$(shell sed -n 's/^include[[:space:]]\{1,\}//p' $(KDIR)/Makefile 2> /dev/null))),\
	$(if $(wildcard $(d)/include/linux/device.h),$(d))))
COMPAT_HDR := $(COMPAT_SRC)/include/linux
COMPAT_DIR := $(CURDIR)/.compat

# $(call kernel-has,OPTION...): something, if the kernel has all of them
kernel-has = $(if $(strip $(foreach o,$(1),$(if $(shell grep -shE '^CONFIG_$(o)=[ym]' \
	$(KDIR)/include/config/auto.conf $(KDIR)/.config),,$(o)))),,$(1))

compat-lacks = $(if $(shell grep -sl '$(2)' $(COMPAT_HDR)/$(1)),,$(3))

COMPAT_FLAGS := -I$(COMPAT_DIR) -I$(CURDIR)/tools/compat/include -I$(CURDIR)/include
COMPAT_FLAGS += $(call compat-lacks,device.h,accessors.dma_coherent,-DCOMPAT_NO_DEV_SET_DMA_COHERENT)
COMPAT_FLAGS += $(call compat-lacks,device.h,accessors.of_node_reused,-DCOMPAT_NO_DEV_SET_OF_NODE_REUSED)
COMPAT_FLAGS += $(call compat-lacks,device.h,get_dev_from_fwnode,-DCOMPAT_NO_GET_DEV_FROM_FWNODE)

COMPAT_VDPA := $(call compat-lacks,vdpa.h,virtio_map_ops,old)

# Before struct virtio_map a vDPA device had a bare DMA device in its place,
# and vdpa_alloc_device() took one argument less.
.PHONY: compat
compat:
	@rm -rf $(COMPAT_DIR)
	@mkdir -p $(COMPAT_DIR)/linux
ifeq ($(COMPAT_VDPA),old)
	@sed -e 's/^\tstruct device \*dma_dev;$$/\tunion { struct device *dma_dev; struct { struct device *dma_dev; } vmap; };/' \
	     -e 's/^#define vdpa_alloc_device(dev_struct, member, parent, config, ngroups/#define vdpa_alloc_device(dev_struct, member, parent, config, map, ngroups/' \
	     $(COMPAT_HDR)/vdpa.h > $(COMPAT_DIR)/linux/vdpa.h
endif

# vDPA devices of guests are made of vringh. The kernel has it if some driver of
# its own needs it. If a distributor chose none of these, it is built here as the
# module that it would be, from the source of the very kernel.
HAS_VDPA := $(call kernel-has,VDPA VHOST_IOTLB)
ifneq ($(HAS_VDPA),)
ifeq ($(call kernel-has,VHOST_RING),)
VRINGH := $(CURDIR)/.vringh
endif
endif

.PHONY: vringh
vringh:
ifneq ($(VRINGH),)
	@tools/compat/extract vringh CONFIG_VHOST_RING $(VRINGH) $(COMPAT_SRC) "$(LINUX_SOURCE)" \
		drivers/vhost/vringh.c
endif
COMPAT_SYMBOLS := $(if $(VRINGH),KBUILD_EXTRA_SYMBOLS=$(VRINGH)/Module.symvers)

# What guests need beside the proxy. Distributors' kernels may be without overlays
# and without the client's transport over virtio: the one is made up for here, the
# other is built as the module that it would be, as vringh is.
ARM_SCMI := drivers/firmware/arm_scmi
HAS_GUEST := $(and $(wildcard drivers/firmware/scmi_guest_proxy/Makefile),$(call \
	kernel-has,OF_KOBJ VIRTIO ARM_SCMI_PROTOCOL))
GUEST_FLAGS := $(COMPAT_FLAGS)
ifneq ($(HAS_GUEST),)
ifeq ($(call kernel-has,OF_OVERLAY),)
GUEST_OVERLAY := $(CURDIR)/.overlay
GUEST_FLAGS += -DCOMPAT_NO_OF_OVERLAY
endif
ifeq ($(call kernel-has,ARM_SCMI_TRANSPORT_VIRTIO),)
GUEST_TRANSPORT := $(CURDIR)/.scmi
endif
# The client's own headers are with its sources.
GUEST_HEADERS := $(firstword $(patsubst %/protocols.h,%,$(wildcard \
	$(COMPAT_SRC)/$(ARM_SCMI)/protocols.h)) $(addsuffix /$(ARM_SCMI),$(GUEST_TRANSPORT)))
GUEST_FLAGS += $(GUEST_HEADERS:%=-I%)
endif
GUEST_COMPAT := $(GUEST_OVERLAY) $(GUEST_TRANSPORT)
GUEST_SYMBOLS := $(if $(strip $(GUEST_COMPAT)),\
	KBUILD_EXTRA_SYMBOLS="$(patsubst %,%/Module.symvers,$(GUEST_COMPAT))")

.PHONY: guest-compat
guest-compat: compat
ifneq ($(GUEST_OVERLAY),)
	@mkdir -p $(GUEST_OVERLAY)
	@cmp -s tools/compat/overlay.c $(GUEST_OVERLAY)/of_overlay.c || \
		cp tools/compat/overlay.c $(GUEST_OVERLAY)/of_overlay.c
	@echo "obj-m := of_overlay.o" > $(GUEST_OVERLAY)/Kbuild
endif
ifneq ($(GUEST_TRANSPORT),)
	@tools/compat/extract scmi_transport_virtio CONFIG_ARM_SCMI_TRANSPORT_VIRTIO \
		$(GUEST_TRANSPORT) $(COMPAT_SRC) "$(LINUX_SOURCE)" \
		$(ARM_SCMI)/transports/virtio.c $(ARM_SCMI)/common.h \
		$(ARM_SCMI)/protocols.h $(ARM_SCMI)/notify.h
endif
