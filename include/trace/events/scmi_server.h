/* SPDX-License-Identifier: GPL-2.0 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM scmi_server

#if !defined(_TRACE_SCMI_SERVER_H) || defined(TRACE_HEADER_MULTI_READ)
#define _TRACE_SCMI_SERVER_H

#include <linux/tracepoint.h>

/* A command of an agent has been executed, or refused. */
TRACE_EVENT(scmid_msg,
	TP_PROTO(const char *agent, u8 proto, u8 cmd, u16 token, u32 len, s32 status),

	TP_ARGS(agent, proto, cmd, token, len, status),

	TP_STRUCT__entry(
		__string(agent, agent)
		__field(u8, proto)
		__field(u8, cmd)
		__field(u16, token)
		__field(u32, len)
		__field(s32, status)
	),

	TP_fast_assign(
		__assign_str(agent);
		__entry->proto = proto;
		__entry->cmd = cmd;
		__entry->token = token;
		__entry->len = len;
		__entry->status = status;
	),

	TP_printk("agent=%s proto=%#x cmd=%#x token=%u len=%u status=%d",
		  __get_str(agent), __entry->proto, __entry->cmd, __entry->token,
		  __entry->len, __entry->status)
);

#endif /* _TRACE_SCMI_SERVER_H */

#include <trace/define_trace.h>
