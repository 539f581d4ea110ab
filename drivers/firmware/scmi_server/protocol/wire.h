/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The SCMI wire format as a platform sees it (Arm DEN0056).
 *
 * Everything is little-endian 32-bit words. Structures hold what follows the
 * message header (requests) or the status word (replies).
 */
#ifndef _SCMID_WIRE_H
#define _SCMID_WIRE_H

#include <linux/bits.h>
#include <linux/build_bug.h>
#include <linux/types.h>

/* Message header (DEN0056, "Message header") */
#define SCMID_HDR_MSG		GENMASK(7, 0)
#define SCMID_HDR_TYPE		GENMASK(9, 8)
#define SCMID_HDR_PROTO		GENMASK(17, 10)
#define SCMID_HDR_TOKEN		GENMASK(27, 18)

#define SCMID_TYPE_COMMAND	0
#define SCMID_TYPE_NOTIFICATION	3

/* Header plus status: the shortest reply there is */
#define SCMID_RSP_HEAD		8U
#define SCMID_REQ_HEAD		4U

enum scmid_proto_id {
	SCMID_PROTO_BASE	= 0x10,
	SCMID_PROTO_POWER	= 0x11,
	SCMID_PROTO_SYSTEM	= 0x12,
	SCMID_PROTO_PERF	= 0x13,
	SCMID_PROTO_CLOCK	= 0x14,
	SCMID_PROTO_SENSOR	= 0x15,
	SCMID_PROTO_RESET	= 0x16,
	SCMID_PROTO_VOLTAGE	= 0x17,
	SCMID_PROTO_END,

	/* A vendor's own: Documentation/firmware-guide/scmi-guest-description.rst */
	SCMID_PROTO_GUEST	= 0xd0,
};

/*
 * The protocols of the specification have ids of 0x10 to 0x1f, and all commands
 * are below 0x20. In lists of protocols, those of vendors come after them.
 */
#define SCMID_NR_STD_PROTOS	16
#define SCMID_NR_PROTOS		17
#define SCMID_NR_CMDS		32

/* What of a header counts within those, and what is the same in all of them */
#define SCMID_HDR_MSG_INDEX	GENMASK(4, 0)
#define SCMID_HDR_PROTO_INDEX	GENMASK(13, 10)
#define SCMID_HDR_FIXED		((SCMID_HDR_MSG & ~SCMID_HDR_MSG_INDEX) |	\
				 SCMID_HDR_TYPE |				\
				 (SCMID_HDR_PROTO & ~SCMID_HDR_PROTO_INDEX))

enum scmid_status_code {
	SCMID_SUCCESS			= 0,
	SCMID_NOT_SUPPORTED		= -1,
	SCMID_INVALID_PARAMETERS	= -2,
	SCMID_DENIED			= -3,
	SCMID_NOT_FOUND			= -4,
	SCMID_OUT_OF_RANGE		= -5,
	SCMID_BUSY			= -6,
	SCMID_COMMS_ERROR		= -7,
	SCMID_GENERIC_ERROR		= -8,
	SCMID_HARDWARE_ERROR		= -9,
	SCMID_PROTOCOL_ERROR		= -10,
};

/* Commands that every protocol has */
enum scmid_common_cmd {
	SCMID_VERSION			= 0x0,
	SCMID_ATTRIBUTES		= 0x1,
	SCMID_MESSAGE_ATTRIBUTES	= 0x2,
	SCMID_NEGOTIATE_VERSION		= 0x10,
};

#define SCMID_VERSION_MAJOR	GENMASK(31, 16)

/* Second word of the commands that ask for notifications */
#define SCMID_NOTIFY_ENABLE	BIT(0)
#define SCMID_NOTIFY_RESERVED	GENMASK(31, 1)

#define SCMID_SHORT_NAME	16
#define SCMID_LONG_NAME		64

struct scmid_rsp_name {
	__le32 flags;
	char name[SCMID_LONG_NAME];
};

/* First word of a page of clock rates or of voltage levels */
#define SCMID_LIST_RETURNED	GENMASK(11, 0)
#define SCMID_LIST_RANGE	BIT(12)
#define SCMID_LIST_REMAINING	GENMASK(31, 16)

/* Base protocol */
enum scmid_base_cmd {
	SCMID_BASE_VENDOR		= 0x3,
	SCMID_BASE_SUB_VENDOR		= 0x4,
	SCMID_BASE_IMPL_VERSION		= 0x5,
	SCMID_BASE_LIST_PROTOCOLS	= 0x6,
	SCMID_BASE_DISCOVER_AGENT	= 0x7,
	SCMID_BASE_NOTIFY_ERRORS	= 0x8,
	SCMID_BASE_DEVICE_PERMISSIONS	= 0x9,
	SCMID_BASE_PROTO_PERMISSIONS	= 0xa,
	SCMID_BASE_RESET_AGENT		= 0xb,
};

#define SCMID_BASE_VERSION	0x20001

#define SCMID_BASE_ATTR_PROTOS	GENMASK(7, 0)
#define SCMID_BASE_ATTR_AGENTS	GENMASK(15, 8)

#define SCMID_AGENT_PLATFORM	0
#define SCMID_AGENT_CALLER	U32_MAX

struct scmid_rsp_agent {
	__le32 id;
	char name[SCMID_SHORT_NAME];
};

#define SCMID_BASE_PERM_ALLOW		BIT(0)
#define SCMID_BASE_PERM_RESERVED	GENMASK(31, 1)
#define SCMID_BASE_PERM_PROTO		GENMASK(7, 0)

#define SCMID_BASE_RESET_PERMISSIONS	BIT(0)
#define SCMID_BASE_RESET_RESERVED	GENMASK(31, 1)

/* Power domain protocol */
enum scmid_power_cmd {
	SCMID_POWER_ATTRIBUTES		= 0x3,
	SCMID_POWER_STATE_SET		= 0x4,
	SCMID_POWER_STATE_GET		= 0x5,
	SCMID_POWER_STATE_NOTIFY	= 0x6,
	SCMID_POWER_REQ_NOTIFY		= 0x7,
	SCMID_POWER_NAME_GET		= 0x8,
};

#define SCMID_POWER_VERSION	0x30001

struct scmid_rsp_power_proto {
	__le32 domains;
	__le32 statistics_low;
	__le32 statistics_high;
	__le32 statistics_len;
};

struct scmid_rsp_power_attributes {
	__le32 attributes;
#define SCMID_POWER_ATTR_SET		BIT(29)
#define SCMID_POWER_ATTR_LONG_NAME	BIT(27)
	char name[SCMID_SHORT_NAME];
};

#define SCMID_POWER_ASYNC	BIT(0)
#define SCMID_POWER_RESERVED	GENMASK(31, 1)

#define SCMID_POWER_ON		0
#define SCMID_POWER_OFF		BIT(30)

/* Clock protocol */
enum scmid_clock_cmd {
	SCMID_CLOCK_ATTRIBUTES		= 0x3,
	SCMID_CLOCK_DESCRIBE_RATES	= 0x4,
	SCMID_CLOCK_RATE_SET		= 0x5,
	SCMID_CLOCK_RATE_GET		= 0x6,
	SCMID_CLOCK_CONFIG_SET		= 0x7,
	SCMID_CLOCK_NAME_GET		= 0x8,
	SCMID_CLOCK_RATE_NOTIFY		= 0x9,
	SCMID_CLOCK_RATE_REQ_NOTIFY	= 0xa,
	SCMID_CLOCK_CONFIG_GET		= 0xb,
	SCMID_CLOCK_POSSIBLE_PARENTS	= 0xc,
	SCMID_CLOCK_PARENT_SET		= 0xd,
	SCMID_CLOCK_PARENT_GET		= 0xe,
	SCMID_CLOCK_PERMISSIONS		= 0xf,
};

#define SCMID_CLOCK_VERSION	0x30000

enum scmid_clock_event {
	SCMID_CLOCK_RATE_CHANGED	= 0x0,
};

/* Payload of a notification: no status */
struct scmid_ntf_clock_rate {
	__le32 agent;
	__le32 clock;
	__le32 rate[2];
};

struct scmid_rsp_clock_attributes {
	__le32 attributes;
#define SCMID_CLOCK_ATTR_RATE_NOTIFY	BIT(31)
#define SCMID_CLOCK_ATTR_LONG_NAME	BIT(29)
#define SCMID_CLOCK_ATTR_PARENTS	BIT(28)
#define SCMID_CLOCK_ATTR_RESTRICTED	BIT(1)
#define SCMID_CLOCK_ATTR_ENABLED	BIT(0)
	char name[SCMID_SHORT_NAME];
	__le32 enable_latency_us;
};

#define SCMID_CLOCK_RATE_ASYNC		BIT(0)
#define SCMID_CLOCK_RATE_ROUND_UP	BIT(2)
#define SCMID_CLOCK_RATE_ROUND_NEAREST	BIT(3)
#define SCMID_CLOCK_RATE_RESERVED	GENMASK(31, 4)

#define SCMID_CLOCK_CONFIG_STATE	GENMASK(1, 0)
#define SCMID_CLOCK_CONFIG_OFF		0
#define SCMID_CLOCK_CONFIG_ON		1
#define SCMID_CLOCK_CONFIG_TYPE		GENMASK(7, 0)

struct scmid_rsp_clock_config {
	__le32 attributes;
	__le32 config;
	__le32 ext_value;
};

#define SCMID_CLOCK_PARENTS_RETURNED	GENMASK(7, 0)
#define SCMID_CLOCK_PARENTS_REMAINING	GENMASK(31, 24)

#define SCMID_CLOCK_PERM_STATE		BIT(31)
#define SCMID_CLOCK_PERM_PARENT		BIT(30)
#define SCMID_CLOCK_PERM_RATE		BIT(29)

/* Reset domain protocol */
enum scmid_reset_cmd {
	SCMID_RESET_ATTRIBUTES		= 0x3,
	SCMID_RESET			= 0x4,
	SCMID_RESET_NOTIFY		= 0x5,
	SCMID_RESET_NAME_GET		= 0x6,
};

#define SCMID_RESET_VERSION	0x30001

struct scmid_rsp_reset_attributes {
	__le32 attributes;
#define SCMID_RESET_ATTR_LONG_NAME	BIT(29)
	__le32 latency_us;
#define SCMID_RESET_LATENCY_UNKNOWN	U32_MAX
	char name[SCMID_SHORT_NAME];
};

#define SCMID_RESET_AUTONOMOUS	BIT(0)
#define SCMID_RESET_LINE	BIT(1)	/* not autonomous: asserted, or released */
#define SCMID_RESET_ASYNC	BIT(2)
#define SCMID_RESET_RESERVED	GENMASK(31, 3)

#define SCMID_RESET_COLD	0	/* architectural */

/* Voltage domain protocol */
enum scmid_voltage_cmd {
	SCMID_VOLTAGE_ATTRIBUTES	= 0x3,
	SCMID_VOLTAGE_DESCRIBE_LEVELS	= 0x4,
	SCMID_VOLTAGE_CONFIG_SET	= 0x5,
	SCMID_VOLTAGE_CONFIG_GET	= 0x6,
	SCMID_VOLTAGE_LEVEL_SET		= 0x7,
	SCMID_VOLTAGE_LEVEL_GET		= 0x8,
	SCMID_VOLTAGE_NAME_GET		= 0x9,
};

#define SCMID_VOLTAGE_VERSION	0x20001

struct scmid_rsp_voltage_attributes {
	__le32 attributes;
#define SCMID_VOLTAGE_ATTR_LONG_NAME	BIT(30)
	char name[SCMID_SHORT_NAME];
};

/* Modes, all of them architectural; bits 31:4 are reserved */
#define SCMID_VOLTAGE_OFF	0x0
#define SCMID_VOLTAGE_ON	0x7

#define SCMID_VOLTAGE_LEVEL_ASYNC	BIT(0)
#define SCMID_VOLTAGE_LEVEL_RESERVED	GENMASK(31, 1)

/* Guest description protocol */
enum scmid_guest_cmd {
	SCMID_GUEST_DESC_ATTRIBUTES	= 0x3,
	SCMID_GUEST_DESC_READ		= 0x4,
	SCMID_GUEST_DESC_NOTIFY		= 0x5,
};

#define SCMID_GUEST_VERSION	0x10000

enum scmid_guest_event {
	SCMID_GUEST_DESC_CHANGED	= 0x0,
};

struct scmid_ntf_guest_desc {
	__le32 generation;
	__le32 size;
};

/* Ids of vendors' protocols may mean something else elsewhere: by this it is known. */
#define SCMID_GUEST_UUID							\
	{ 0x5c, 0x0d, 0x1f, 0x6e, 0x8a, 0x42, 0x4e, 0x0b,			\
	  0x9b, 0x73, 0x2d, 0xc1, 0xa5, 0x66, 0xe7, 0x30 }

struct scmid_rsp_guest_proto {
	__le32 attributes;
#define SCMID_GUEST_ATTR_DESC		BIT(0)
	u8 uuid[16];
};

#define SCMID_SHA256_SIZE	32

struct scmid_rsp_guest_desc {
	__le32 generation;
	__le32 format;
#define SCMID_GUEST_FORMAT_OVERLAY	1
	__le32 size;
	u8 sha256[SCMID_SHA256_SIZE];
};

static_assert((SCMID_PROTO_END - SCMID_PROTO_BASE) <= SCMID_NR_STD_PROTOS);
static_assert(SCMID_NR_STD_PROTOS < SCMID_NR_PROTOS);
static_assert(sizeof(struct scmid_rsp_name) == 68);
static_assert(sizeof(struct scmid_rsp_agent) == 20);
static_assert(sizeof(struct scmid_rsp_power_proto) == 16);
static_assert(sizeof(struct scmid_rsp_power_attributes) == 20);
static_assert(sizeof(struct scmid_rsp_clock_attributes) == 24);
static_assert(sizeof(struct scmid_rsp_clock_config) == 12);
static_assert(sizeof(struct scmid_ntf_clock_rate) == 16);
static_assert(sizeof(struct scmid_rsp_reset_attributes) == 24);
static_assert(sizeof(struct scmid_rsp_voltage_attributes) == 20);
static_assert(sizeof(struct scmid_rsp_guest_proto) == 20);
static_assert(sizeof(struct scmid_rsp_guest_desc) == 44);
static_assert(sizeof(struct scmid_ntf_guest_desc) == 8);

#endif /* _SCMID_WIRE_H */
