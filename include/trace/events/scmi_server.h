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

/* The same command was refused, and why. */
TRACE_EVENT(scmid_refuse,
	TP_PROTO(const char *agent, u8 proto, u8 cmd, u16 token, s32 status, const char *reason),

	TP_ARGS(agent, proto, cmd, token, status, reason),

	TP_STRUCT__entry(
		__string(agent, agent)
		__string(reason, reason)
		__field(u8, proto)
		__field(u8, cmd)
		__field(u16, token)
		__field(s32, status)
	),

	TP_fast_assign(
		__assign_str(agent);
		__assign_str(reason);
		__entry->proto = proto;
		__entry->cmd = cmd;
		__entry->token = token;
		__entry->status = status;
	),

	TP_printk("agent=%s proto=%#x cmd=%#x token=%u status=%d reason=\"%s\"",
		  __get_str(agent), __entry->proto, __entry->cmd, __entry->token,
		  __entry->status, __get_str(reason))
);

/* What an agent asks of a resource has changed. */
TRACE_EVENT(scmid_vote,
	TP_PROTO(const char *agent, const char *grant, const char *res, const char *name,
		 const char *vote),

	TP_ARGS(agent, grant, res, name, vote),

	TP_STRUCT__entry(
		__string(agent, agent)
		__string(grant, grant)
		__string(res, res)
		__string(name, name)
		__string(vote, vote)
	),

	TP_fast_assign(
		__assign_str(agent);
		__assign_str(grant);
		__assign_str(res);
		__assign_str(name);
		__assign_str(vote);
	),

	TP_printk("agent=%s grant=%s res=%s name=\"%s\" vote=\"%s\"",
		  __get_str(agent), __get_str(grant), __get_str(res), __get_str(name),
		  __get_str(vote))
);

/* The value of hardware that several may vote on has been settled. */
TRACE_EVENT(scmid_arbitrate,
	TP_PROTO(const char *agent, const char *grant, const char *res, const char *name,
		 unsigned int policy, u64 want, u64 result),

	TP_ARGS(agent, grant, res, name, policy, want, result),

	TP_STRUCT__entry(
		__string(agent, agent)
		__string(grant, grant)
		__string(res, res)
		__string(name, name)
		__field(unsigned int, policy)
		__field(u64, want)
		__field(u64, result)
	),

	TP_fast_assign(
		__assign_str(agent);
		__assign_str(grant);
		__assign_str(res);
		__assign_str(name);
		__entry->policy = policy;
		__entry->want = want;
		__entry->result = result;
	),

	TP_printk("agent=%s grant=%s res=%s name=\"%s\" policy=%s want=%llu result=%llu",
		  __get_str(agent), __get_str(grant), __get_str(res), __get_str(name),
		  __print_symbolic(__entry->policy, { 0, "range" }, { 1, "shared" },
				   { 2, "floor" }, { 3, "exclusive" }),
		  __entry->want, __entry->result)
);

/* An agent has been told of an event, or cannot be. */
TRACE_EVENT(scmid_notify,
	TP_PROTO(const char *agent, u8 proto, u8 event, u16 id, u8 cause, u64 value, int err),

	TP_ARGS(agent, proto, event, id, cause, value, err),

	TP_STRUCT__entry(
		__string(agent, agent)
		__field(u8, proto)
		__field(u8, event)
		__field(u16, id)
		__field(u8, cause)
		__field(u64, value)
		__field(int, err)
	),

	TP_fast_assign(
		__assign_str(agent);
		__entry->proto = proto;
		__entry->event = event;
		__entry->id = id;
		__entry->cause = cause;
		__entry->value = value;
		__entry->err = err;
	),

	TP_printk("agent=%s proto=%#x event=%#x id=%u cause=%u value=%llu err=%d",
		  __get_str(agent), __entry->proto, __entry->event, __entry->id,
		  __entry->cause, __entry->value, __entry->err)
);

/* An agent has lost a grant. */
TRACE_EVENT(scmid_revoke,
	TP_PROTO(const char *agent, const char *grant, const char *reason),

	TP_ARGS(agent, grant, reason),

	TP_STRUCT__entry(
		__string(agent, agent)
		__string(grant, grant)
		__string(reason, reason)
	),

	TP_fast_assign(
		__assign_str(agent);
		__assign_str(grant);
		__assign_str(reason);
	),

	TP_printk("agent=%s grant=%s reason=\"%s\"", __get_str(agent), __get_str(grant),
		  __get_str(reason))
);

#endif /* _TRACE_SCMI_SERVER_H */

#include <trace/define_trace.h>
