/* SPDX-License-Identifier: GPL-2.0 */
/* From the first instruction to main(), and from an interrupt to C. */

	.section .text.start, "ax"
	.global start
start:
	mrs	x0, CurrentEL
	cmp	x0, #(2 << 2)
	b.ne	1f

	/* A machine with room for a hypervisor: step down, there is none. */
	mov	x0, #(1 << 31)			/* EL1 is 64 bits wide */
	msr	hcr_el2, x0
	mov	x0, #3				/* and has the timers */
	msr	cnthctl_el2, x0
	msr	cntvoff_el2, xzr
	mov	x0, #0x3c5			/* EL1h, all masked */
	msr	spsr_el2, x0
	adr	x0, 1f
	msr	elr_el2, x0
	eret

1:	ldr	x0, =stack_end
	mov	sp, x0
	ldr	x0, =bss_begin
	ldr	x1, =bss_end
2:	cmp	x0, x1
	b.hs	3f
	stp	xzr, xzr, [x0], #16
	b	2b
3:	adr	x0, vectors
	msr	vbar_el1, x0
	isb
	bl	main
	b	power_off

	.macro	unexpected number
	.balign	128
	mov	x0, #\number
	mrs	x1, esr_el1
	mrs	x2, elr_el1
	mrs	x3, far_el1
	b	exception
	.endm

	.balign	2048
vectors:
	unexpected 0
	unexpected 1
	unexpected 2
	unexpected 3
	unexpected 4

	/* An interrupt, on the stack that is in use */
	.balign	128
	sub	sp, sp, #176
	stp	x0, x1, [sp, #0]
	stp	x2, x3, [sp, #16]
	stp	x4, x5, [sp, #32]
	stp	x6, x7, [sp, #48]
	stp	x8, x9, [sp, #64]
	stp	x10, x11, [sp, #80]
	stp	x12, x13, [sp, #96]
	stp	x14, x15, [sp, #112]
	stp	x16, x17, [sp, #128]
	stp	x18, x29, [sp, #144]
	str	x30, [sp, #160]
	bl	gic_interrupt
	b	back

	.irp	number, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
	unexpected \number
	.endr

	.balign	128
back:
	ldp	x0, x1, [sp, #0]
	ldp	x2, x3, [sp, #16]
	ldp	x4, x5, [sp, #32]
	ldp	x6, x7, [sp, #48]
	ldp	x8, x9, [sp, #64]
	ldp	x10, x11, [sp, #80]
	ldp	x12, x13, [sp, #96]
	ldp	x14, x15, [sp, #112]
	ldp	x16, x17, [sp, #128]
	ldp	x18, x29, [sp, #144]
	ldr	x30, [sp, #160]
	add	sp, sp, #176
	eret
