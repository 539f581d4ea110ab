# SPDX-License-Identifier: GPL-2.0
#
# Out-of-tree entry. Everything under drivers/ and include/ is as it would be
# in the kernel's own tree.

KDIR ?= /lib/modules/$(shell uname -r)/build

DRIVER := $(CURDIR)/drivers/firmware/scmi_server
MAILBOX := $(CURDIR)/drivers/mailbox/ivshmem
CONFIGS := CONFIG_SCMI_SERVER=m CONFIG_SCMI_SERVER_VDPA=m \
	CONFIG_SCMI_SERVER_SIMHW=m CONFIG_SCMI_SERVER_ECHO=m
# What needs more of the kernel than it has is left out.
has = $(shell for o in $(1); do grep -sq "^CONFIG_$$o=y" $(KDIR)/.config || exit; done; echo y)
CONFIGS += $(if $(call has,MAILBOX HAS_IOMEM),CONFIG_SCMI_SERVER_MBOX=m)
CONFIGS += $(if $(call has,MAILBOX),CONFIG_SCMI_SERVER_MBOX_LOOP=m)
IVSHMEM := $(if $(call has,MAILBOX PCI_MSI OF_DYNAMIC),CONFIG_IVSHMEM_MAILBOX=m)
# The suites want a kernel that has KUnit.
CONFIGS += $(if $(shell grep -s '^CONFIG_KUNIT=[ym]' $(KDIR)/.config),CONFIG_SCMI_SERVER_KUNIT_TEST=m)

.PHONY: modules
modules: compat ## the kernel modules, against KDIR (default: the running kernel)
	+$(MAKE) -C $(KDIR) M=$(DRIVER) $(CONFIGS) \
		NOSTDINC_FLAGS="-nostdinc $(COMPAT_FLAGS)" modules
	+$(if $(IVSHMEM),$(MAKE) -C $(KDIR) M=$(MAILBOX) $(IVSHMEM) \
		NOSTDINC_FLAGS="-nostdinc $(COMPAT_FLAGS)" modules)

.PHONY: scmictl
scmictl: ## the operator's tool; "make -C tools/scmi install" installs it
	@$(MAKE) -C tools/scmi

.PHONY: demo
demo: ## the main job, told step by step in a virtual machine
	@tools/testing/demo

.PHONY: demo-mbox
demo-mbox: ## a remote processor, told step by step: two virtual machines
	@tools/testing/demo-mbox

.PHONY: check
check: ## every test; what it needs is set up first
	@tools/testing/check

.PHONY: kunit
kunit: ## the KUnit suites, in User Mode Linux
	@tools/testing/check kunit

.PHONY: loop
loop: ## the whole stack in one User Mode Linux kernel: after every edit
	@tools/testing/check loop

.PHONY: guest
guest: ## real guests under KVM, on both kernels
	@tools/testing/check guest-7.x guest-6.12 guest-all-7.x guest-all-6.12 \
		guest-pa-7.x guest-pa-6.12

.PHONY: model
model: ## random operations, compared with a model of the arbitration
	@tools/testing/check model

.PHONY: stress
stress: ## all at once, on the debug kernel, for TIME seconds (default 600)
	@tools/testing/check stress-7.x-debug

.PHONY: debug
debug: ## what make check does not repeat on the debug kernels
	@tools/testing/check mbox-7.x-debug pair-7.x-debug guest-7.x-debug loop-6.12-debug guest-6.12-debug \
		guest-all-6.12-debug

.PHONY: vectors
vectors: ## the pure core in user space, with request and reply vectors
	@tools/testing/check vectors

.PHONY: fuzz
fuzz: ## libFuzzer on the pure core, for TIME seconds (default 60)
	@tools/testing/check fuzz

.PHONY: bench
bench: bench-core ## costs, as ratios that were measured side by side
	@tools/testing/bench

.PHONY: bench-core
bench-core: ## instructions per message in the pure core
	@$(MAKE) -s -C tools/testing/scmi_server bench-core

.PHONY: lint
lint: ## style, warnings, sparse, kernel-doc, ABI, layering, spelling
	@tools/ci/lint.sh

.PHONY: setup
setup: ## packages, kernels and images that the tests need
	@tools/testing/qemu/setup all

.PHONY: clean
clean: ## what a build left in the tree
	+$(MAKE) -C $(KDIR) M=$(DRIVER) clean
	+$(MAKE) -C $(KDIR) M=$(MAILBOX) clean
	$(MAKE) -C tools/testing/scmi_server clean
	$(MAKE) -C tools/testing/selftests/scmi_server clean
	$(MAKE) -C tools/scmi clean
	$(MAKE) -C tools/scmi/tests clean
	rm -rf .compat

.PHONY: help
help: ## this list
	@sed -n 's/^\([a-z-]*\):[^#]*## /\1\t/p' $(firstword $(MAKEFILE_LIST)) | expand -t 14
	@echo
	@echo "KDIR=$(KDIR)"
	@echo "SCMI_CACHE=DIR: where kernels and packages are kept (default ~/.cache/scmi_server)"

include tools/compat/compat.mk
