# SPDX-License-Identifier: GPL-2.0
#
# What kernels older than the one the sources are written for lack, found out by
# their headers; nothing under drivers/ refers to it. Sets
# COMPAT_FLAGS; makes shadow headers in COMPAT_DIR.

COMPAT_HDR := $(firstword $(wildcard $(KDIR)/source/include/linux $(KDIR)/include/linux))
COMPAT_DIR := $(CURDIR)/.compat

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
