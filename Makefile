# SPDX-License-Identifier: GPL-2.0
#
# Out-of-tree entry. Everything under drivers/ and include/ is as it would be
# in the kernel's own tree.

KDIR ?= /lib/modules/$(shell uname -r)/build

VERSION := 0.1

.DEFAULT_GOAL := modules
include tools/compat/compat.mk

DRIVER := $(CURDIR)/drivers/firmware/scmi_server
MAILBOX := $(CURDIR)/drivers/mailbox/ivshmem
GUEST := $(CURDIR)/drivers/firmware/scmi_guest_proxy

# What needs more of the kernel than it has is left out.
CONFIGS := CONFIG_SCMI_SERVER=m
CONFIGS += $(if $(HAS_VDPA),CONFIG_SCMI_SERVER_VDPA=m)
CONFIGS += $(if $(call kernel-has,MAILBOX HAS_IOMEM),CONFIG_SCMI_SERVER_MBOX=m)
IVSHMEM := $(if $(call kernel-has,MAILBOX PCI_MSI OF_DYNAMIC),CONFIG_IVSHMEM_MAILBOX=m)
HAS_SIMHW := $(call kernel-has,DEBUG_FS 64BIT RESET_CONTROLLER REGULATOR PM_GENERIC_DOMAINS)
# Where it can, it brings its nodes with it. Headers in a package have no dtc.
ifneq ($(call kernel-has,OF_OVERLAY),)
ifeq ($(wildcard $(KDIR)/scripts/dtc/dtc),)
DTC := $(shell command -v dtc)
HAS_SIMHW := $(if $(DTC),$(HAS_SIMHW))
endif
endif
CONFIGS += $(if $(HAS_SIMHW),CONFIG_SCMI_SERVER_SIMHW=m)
# TESTS=n: nor what only the tests of this tree use.
ifneq ($(TESTS),n)
CONFIGS += $(if $(HAS_VDPA),CONFIG_SCMI_SERVER_ECHO=m)
CONFIGS += $(if $(HAS_SIMHW),$(if $(call kernel-has,MAILBOX),CONFIG_SCMI_SERVER_MBOX_LOOP=m))
CONFIGS += $(if $(call kernel-has,KUNIT OF_OVERLAY),CONFIG_SCMI_SERVER_KUNIT_TEST=m)
endif

# What guests need.
GUEST_CONFIGS := $(if $(HAS_GUEST),CONFIG_SCMI_GUEST_PROXY=m)
GUEST_CONFIGS += $(if $(GUEST_HEADERS),CONFIG_SCMI_GUEST_REFRESH=m)
ifneq ($(TESTS),n)
GUEST_CONFIGS += $(if $(HAS_GUEST),$(if $(call kernel-has,KUNIT),CONFIG_SCMI_GUEST_PROXY_KUNIT_TEST=m))
endif

.PHONY: modules
modules: $(if $(wildcard $(DRIVER)),host-modules) guest-modules ## the kernel modules, against KDIR (default: the running kernel)

.PHONY: guest-modules
guest-modules: guest-compat ## of these, what guests need
	+$(foreach d,$(GUEST_COMPAT),$(MAKE) -C $(KDIR) M=$(d) NOSTDINC_FLAGS="-nostdinc $(GUEST_FLAGS)" modules &&) :
	+$(if $(HAS_GUEST),$(MAKE) -C $(KDIR) M=$(GUEST) $(GUEST_CONFIGS) $(GUEST_SYMBOLS) \
		NOSTDINC_FLAGS="-nostdinc $(GUEST_FLAGS)" modules)

.PHONY: host-modules
host-modules: compat vringh
	+$(if $(VRINGH),$(MAKE) -C $(KDIR) M=$(VRINGH) modules)
	+$(MAKE) -C $(KDIR) M=$(DRIVER) $(CONFIGS) $(COMPAT_SYMBOLS) $(if $(DTC),DTC=$(DTC)) \
		NOSTDINC_FLAGS="-nostdinc $(COMPAT_FLAGS)" modules
	+$(if $(IVSHMEM),$(MAKE) -C $(KDIR) M=$(MAILBOX) $(IVSHMEM) \
		NOSTDINC_FLAGS="-nostdinc $(COMPAT_FLAGS)" modules)

.PHONY: scmictl
scmictl: ## the operator's tool
	@$(MAKE) -C tools/scmi

.PHONY: docs
docs: ## manual pages, and a picture of an example, in tools/scmi/build/docs
	@$(MAKE) -C tools/scmi docs

# What that makes of KDIR, for tests.
.PHONY: configs
configs:
	@echo $(CONFIGS) $(IVSHMEM) $(notdir $(VRINGH))

# Where that is in place of the running system's own: INSTALL_MOD_PATH, DESTDIR.
prefix ?= /usr/local
INSTALL_MOD_PATH ?= $(DESTDIR)
DOCS := $(DESTDIR)$(prefix)/share/doc/scmi-server

.PHONY: install
install: ## the modules, for KDIR's kernel, and the documents
	+$(MAKE) TESTS=n modules
	+$(foreach d,$(VRINGH) $(DRIVER) $(if $(IVSHMEM),$(MAILBOX)) $(GUEST_COMPAT) \
		$(if $(HAS_GUEST),$(GUEST)),$(MAKE) -C $(KDIR) M=$(d) INSTALL_MOD_DIR=updates \
		INSTALL_MOD_PATH="$(INSTALL_MOD_PATH)" modules_install &&) \
	depmod -b "$(INSTALL_MOD_PATH)/" $(file < $(KDIR)/include/config/kernel.release)
	install -d "$(DOCS)"
	cp -r README Documentation "$(DOCS)/"

.PHONY: install-tools
install-tools: ## the operator's tools, manual pages, completion, a systemd unit
	+$(MAKE) -C tools/scmi install prefix="$(prefix)" DESTDIR="$(DESTDIR)"

.PHONY: dkms
dkms: ## the sources where DKMS builds them for each kernel; build them for this one
	tools/packaging/dkms scmi-server $(VERSION) "$(DESTDIR)"

.PHONY: dkms-guest
dkms-guest: ## the same, of the modules for a guest
	tools/packaging/dkms scmi-guest $(VERSION) "$(DESTDIR)"

.PHONY: deb
deb: ## Debian packages, in build/; DPKG_FLAGS=-aarm64 makes those for arm64
	tools/packaging/deb $(VERSION) build $(DPKG_FLAGS)

.PHONY: demo
demo: ## the main job, told step by step in a virtual machine
	@tools/testing/demo

.PHONY: demo-mbox
demo-mbox: ## a remote processor, told step by step: two virtual machines
	@tools/testing/demo-mbox

.PHONY: demo-proxy
demo-proxy: ## guests on a plain QEMU command line, told step by step
	@tools/testing/demo-proxy

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
		guest-pa-7.x guest-pa-6.12 guest-ctl-7.x guest-ctl-6.12

.PHONY: packaging
packaging: ## the packages, on a Debian 13 with its own kernel
	@tools/testing/check packaging

.PHONY: model
model: ## random operations, compared with a model of the arbitration
	@tools/testing/check model

.PHONY: stress
stress: ## all at once, on the debug kernel, for TIME seconds (default 600)
	@TIME=$(or $(TIME),600) tools/testing/check stress-7.x-debug

.PHONY: debug
debug: ## what make check does not repeat on the debug kernels
	@tools/testing/check mbox-7.x-debug pair-7.x-debug guest-7.x-debug loop-7.x-debug \
		kunit-6.12-debug loop-6.12-debug guest-6.12-debug guest-all-6.12-debug

.PHONY: kill
kill: ## more guests killed at random than in make check: KILLS (default 160)
	@KILLS=$(or $(KILLS),160) tools/testing/check guest-kill-7.x

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
	+$(foreach d,$(wildcard $(DRIVER) $(MAILBOX) $(GUEST)),$(MAKE) -C $(KDIR) M=$(d) clean &&) :
	+$(foreach d,$(wildcard tools/testing/scmi_server tools/testing/selftests/scmi_server \
		tools/scmi tools/scmi/tests),\
		$(MAKE) -C $(d) clean &&) :
	rm -rf .compat .vringh .overlay .scmi

.PHONY: help
help: ## this list
	@sed -n 's/^\([a-z-]*\):[^#]*## /\1\t/p' $(firstword $(MAKEFILE_LIST)) | expand -t 14
	@echo
	@echo "KDIR=$(KDIR)"
	@echo "SCMI_CACHE=DIR: where kernels and packages are kept (default ~/.cache/scmi_server)"
