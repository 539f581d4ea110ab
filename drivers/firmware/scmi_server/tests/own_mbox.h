/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Names for the test module's own copies of the mailbox transport and of the
 * loop controller. Areas are plain memory of mbox_test.c, which looks at each
 * access. To be included before the sources, after own_engine.h.
 */
#ifndef _SCMID_OWN_MBOX_H
#define _SCMID_OWN_MBOX_H

#include <linux/io.h>
#include <linux/mailbox_client.h>
#include <linux/module.h>
#include <linux/platform_device.h>

/* The modules' own entry points would be this module's. */
#undef module_init
#undef module_exit
#undef module_platform_driver
#undef MODULE_DESCRIPTION
#undef MODULE_LICENSE
#undef MODULE_DEVICE_TABLE
#define module_init(fn)		static const initcall_t __initconst __maybe_unused mbt_no_init = fn
#define module_exit(fn)		static const exitcall_t __exitdata __maybe_unused mbt_no_exit = fn
#define module_platform_driver(driver)
#define MODULE_DESCRIPTION(text)
#define MODULE_LICENSE(text)
#define MODULE_DEVICE_TABLE(type, name)

void __iomem *mbt_ioremap(struct device *dev, resource_size_t at, resource_size_t size);
u32 mbt_ioread32(const void __iomem *from);
void mbt_iowrite32(u32 val, void __iomem *to);
void mbt_read(void *to, const void __iomem *from, size_t len);
void mbt_write(void __iomem *to, const void *from, size_t len);
void mbt_read32(void *to, const void __iomem *from, size_t words);
void mbt_write32(void __iomem *to, const void *from, size_t words);
int mbt_send(struct mbox_chan *chan, void *data);
void mbt_txdone(struct mbox_chan *chan, int r);
struct platform_device *mbt_register(const struct platform_device_info *info);

#undef ioread32
#undef iowrite32
#undef memcpy_fromio
#undef memcpy_toio
#undef __ioread32_copy
#undef __iowrite32_copy
#define devm_ioremap			mbt_ioremap
#define ioread32			mbt_ioread32
#define iowrite32			mbt_iowrite32
#define memcpy_fromio			mbt_read
#define memcpy_toio			mbt_write
#define __ioread32_copy			mbt_read32
#define __iowrite32_copy		mbt_write32
#define mbox_send_message		mbt_send
#define mbox_client_txdone		mbt_txdone
#define platform_device_register_full	mbt_register

#define MBOX_LOOP_NAME			"scmi-server-kunit,mbox-loop"

#endif /* _SCMID_OWN_MBOX_H */
