// SPDX-License-Identifier: GPL-2.0
/*
 * Mailboxes between virtual machines: QEMU's ivshmem-doorbell
 *
 * The PCI device joins machines, its peers, by memory that all of them see and
 * by interrupts that each can send to each. This driver makes the interrupts
 * the channels of a mailbox controller, and lets nodes of the device tree refer
 * to parts of the memory, wherever Linux puts it. See
 * Documentation/driver-api/ivshmem-mailbox.rst.
 */

#include <linux/device.h>
#include <linux/err.h>
#include <linux/interrupt.h>
#include <linux/io.h>
#include <linux/mailbox_client.h>
#include <linux/mailbox_controller.h>
#include <linux/minmax.h>
#include <linux/module.h>
#include <linux/of.h>
#include <linux/of_platform.h>
#include <linux/overflow.h>
#include <linux/pci.h>

#define IVSHMEM_DEVICE_ID	0x1110
#define IVSHMEM_REVISION	1

#define IVSHMEM_BAR_REGS	0
#define IVSHMEM_BAR_MEM		2

/* The other registers are of no use where interrupts are MSI-X. */
#define IVSHMEM_IVPOSITION	0x08
#define IVSHMEM_DOORBELL	0x0c
#define IVSHMEM_MAX_PEER	U16_MAX

/* First cell of a PCI address: the kind of its space */
#define IVSHMEM_OF_MEM32	0x02000000
#define IVSHMEM_OF_MEM64	0x03000000

/**
 * struct ivshmem_mbox - one ivshmem-doorbell device
 * @mbox: the controller; its channel N is interrupt vector N
 * @pdev: the device
 * @regs: its registers
 * @changes: what was done to its node, see ivshmem_add_ranges()
 * @chans: channels; con_priv is the number of the peer at the other end
 */
struct ivshmem_mbox {
	struct mbox_controller	mbox;
	struct pci_dev		*pdev;
	void __iomem		*regs;
	struct of_changeset	changes;
	struct mbox_chan	chans[];
};

static struct ivshmem_mbox *to_ivshmem(struct mbox_controller *mbox)
{
	return container_of(mbox, struct ivshmem_mbox, mbox);
}

static unsigned int ivshmem_vector(struct mbox_chan *chan)
{
	return chan - chan->mbox->chans;
}

static irqreturn_t ivshmem_rung(int irq, void *data)
{
	mbox_chan_received_data(data, NULL);
	return IRQ_HANDLED;
}

/* Nobody hears whether it rings. If there is no such peer, it does not. */
static int ivshmem_send_data(struct mbox_chan *chan, void *data)
{
	u32 peer = (uintptr_t)chan->con_priv;

	/* Orders what was written to the shared memory before it. */
	writel(peer << 16 | ivshmem_vector(chan), to_ivshmem(chan->mbox)->regs + IVSHMEM_DOORBELL);
	return 0;
}

/*
 * A doorbell has done its work when it was rung, so for most clients this is
 * the end of it. But what a client tells to be under way until it says itself
 * that it is done must not end when another client's channel is looked after.
 */
static bool ivshmem_last_tx_done(struct mbox_chan *chan)
{
	struct mbox_client *cl = READ_ONCE(chan->cl);

	return !cl || !cl->knows_txdone;
}

static int ivshmem_startup(struct mbox_chan *chan)
{
	struct pci_dev *pdev = to_ivshmem(chan->mbox)->pdev;
	unsigned int vector = ivshmem_vector(chan);

	return pci_request_irq(pdev, vector, ivshmem_rung, NULL, chan, "%s:%u",
			       pci_name(pdev), vector);
}

static void ivshmem_shutdown(struct mbox_chan *chan)
{
	pci_free_irq(to_ivshmem(chan->mbox)->pdev, ivshmem_vector(chan), chan);
}

static const struct mbox_chan_ops ivshmem_chan_ops = {
	.send_data	= ivshmem_send_data,
	.last_tx_done	= ivshmem_last_tx_done,
	.startup	= ivshmem_startup,
	.shutdown	= ivshmem_shutdown,
};

/* <peer vector>; called with the lock under which channels are given away */
static struct mbox_chan *ivshmem_xlate(struct mbox_controller *mbox,
				       const struct of_phandle_args *sp)
{
	struct mbox_chan *chan;
	void *peer;

	if (sp->args_count != 2)
		return ERR_PTR(-EINVAL);
	if (sp->args[0] > IVSHMEM_MAX_PEER || sp->args[1] >= mbox->num_chans) {
		dev_err(mbox->dev, "no channel <%u %u>: peers are up to %u, vectors below %d\n",
			sp->args[0], sp->args[1], IVSHMEM_MAX_PEER, mbox->num_chans);
		return ERR_PTR(-EINVAL);
	}
	chan = &mbox->chans[sp->args[1]];
	peer = (void *)(uintptr_t)sp->args[0];
	/* An interrupt does not tell who sent it: one vector, one channel. */
	if (chan->cl && chan->con_priv != peer) {
		dev_err(mbox->dev, "vector %u is in use with peer %lu, and cannot be with %u\n",
			sp->args[1], (uintptr_t)chan->con_priv, sp->args[0]);
		return ERR_PTR(-EBUSY);
	}
	chan->con_priv = peer;
	return chan;
}

static void ivshmem_remove_ranges(void *data)
{
	struct ivshmem_mbox *im = data;

	of_changeset_revert(&im->changes);
	of_changeset_destroy(&im->changes);
}

/*
 * Children of the node are areas of the shared memory, by their offset. Their
 * address is known only now: the property "ranges" says it to all who ask.
 */
static int ivshmem_add_ranges(struct ivshmem_mbox *im)
{
	const struct resource *mem = pci_resource_n(im->pdev, IVSHMEM_BAR_MEM);
	u64 addr = pci_bus_address(im->pdev, IVSHMEM_BAR_MEM);
	u32 kind = mem->flags & IORESOURCE_MEM_64 ? IVSHMEM_OF_MEM64 : IVSHMEM_OF_MEM32;
	u32 size = min_t(u64, resource_size(mem), U32_MAX);
	u32 ranges[] = { 0, kind, upper_32_bits(addr), lower_32_bits(addr), size };
	struct device *dev = &im->pdev->dev;
	struct device_node *np = dev_of_node(dev);
	u32 cells[2] = { };
	int ret;

	if (!of_get_child_count(np) || of_property_present(np, "ranges"))
		return 0;
	if (of_property_read_u32(np, "#address-cells", &cells[0]) ||
	    of_property_read_u32(np, "#size-cells", &cells[1]) ||
	    cells[0] != 1 || cells[1] != 1)
		return dev_err_probe(dev, -EINVAL, "#address-cells and #size-cells are not 1\n");

	of_changeset_init(&im->changes);
	ret = of_changeset_add_prop_u32_array(&im->changes, np, "ranges", ranges,
					      ARRAY_SIZE(ranges));
	if (!ret)
		ret = of_changeset_apply(&im->changes);
	if (ret) {
		of_changeset_destroy(&im->changes);
		return dev_err_probe(dev, ret, "cannot say where the shared memory is\n");
	}
	return devm_add_action_or_reset(dev, ivshmem_remove_ranges, im);
}

static int ivshmem_probe(struct pci_dev *pdev, const struct pci_device_id *id)
{
	struct device *dev = &pdev->dev;
	struct ivshmem_mbox *im;
	int vectors, ret;

	/* Without a place in the device tree it is for others, in user space. */
	if (!device_property_present(dev, "#mbox-cells")) {
		dev_info(dev, "not a mailbox: no node in the device tree, or no #mbox-cells\n");
		return -ENODEV;
	}
	if (pdev->revision != IVSHMEM_REVISION)
		return dev_err_probe(dev, -ENODEV, "revision %u is unknown\n", pdev->revision);
	vectors = pci_msix_vec_count(pdev);
	if (vectors < 0)
		return dev_err_probe(dev, -ENODEV,
				     "no MSI-X: doorbells need ivshmem-doorbell, not ivshmem-plain\n");

	ret = pcim_enable_device(pdev);
	if (ret)
		return dev_err_probe(dev, ret, "cannot enable the device\n");
	/* Not the memory: each area of it belongs to the driver that uses it. */
	im = devm_kzalloc(dev, struct_size(im, chans, vectors), GFP_KERNEL);
	if (!im)
		return -ENOMEM;
	im->pdev = pdev;
	im->regs = pcim_iomap_region(pdev, IVSHMEM_BAR_REGS, "ivshmem-mailbox");
	if (IS_ERR(im->regs))
		return dev_err_probe(dev, PTR_ERR(im->regs), "cannot map the registers\n");

	pci_set_master(pdev);
	vectors = pci_alloc_irq_vectors(pdev, 1, vectors, PCI_IRQ_MSIX);
	if (vectors < 0)
		return dev_err_probe(dev, vectors, "no interrupts\n");

	ret = ivshmem_add_ranges(im);
	if (ret)
		return ret;

	im->mbox.dev = dev;
	im->mbox.ops = &ivshmem_chan_ops;
	im->mbox.chans = im->chans;
	im->mbox.num_chans = vectors;
	im->mbox.of_xlate = ivshmem_xlate;
	im->mbox.txdone_poll = true;
	im->mbox.txpoll_period = 1;
	ret = devm_mbox_controller_register(dev, &im->mbox);
	if (ret)
		return dev_err_probe(dev, ret, "cannot register the controller\n");

	dev_info(dev, "peer %u, %d vectors, %pR shared\n", readl(im->regs + IVSHMEM_IVPOSITION),
		 vectors, pci_resource_n(pdev, IVSHMEM_BAR_MEM));
	/* An area may be a device of its own: SRAM for instance */
	return devm_of_platform_populate(dev);
}

static const struct pci_device_id ivshmem_ids[] = {
	{ PCI_DEVICE(PCI_VENDOR_ID_REDHAT_QUMRANET, IVSHMEM_DEVICE_ID) },
	{ }
};
MODULE_DEVICE_TABLE(pci, ivshmem_ids);

static struct pci_driver ivshmem_driver = {
	.name		= "ivshmem-mailbox",
	.id_table	= ivshmem_ids,
	.probe		= ivshmem_probe,
};
module_pci_driver(ivshmem_driver);

MODULE_DESCRIPTION("Mailboxes between virtual machines: ivshmem-doorbell");
MODULE_LICENSE("GPL");
