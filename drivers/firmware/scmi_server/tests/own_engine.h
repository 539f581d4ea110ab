/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Names for the test module's own copy of the engine, so that it can be built
 * into one kernel image beside the real one, or loaded beside it. To be
 * included before the source under test.
 */
#ifndef _SCMID_OWN_ENGINE_H
#define _SCMID_OWN_ENGINE_H

/* protocol/ */
#define scmid_protos			scmid_own_protos
#define scmid_base			scmid_own_base
#define scmid_power			scmid_own_power
#define scmid_clock			scmid_own_clock
#define scmid_reset			scmid_own_reset
#define scmid_voltage			scmid_own_voltage
#define scmid_guest			scmid_own_guest
#define scmid_dispatch			scmid_own_dispatch
#define scmid_reason			scmid_own_reason
#define scmid_status			scmid_own_status
#define scmid_version			scmid_own_version
#define scmid_message_attributes	scmid_own_message_attributes
#define scmid_negotiate_version		scmid_own_negotiate_version
#define scmid_name_get			scmid_own_name_get
#define scmid_notification		scmid_own_notification

/* agent.c */
#define scmid_agents_lock		scmid_own_agents_lock
#define scmid_agents			scmid_own_agents
#define scmid_platform			scmid_own_platform
#define scmid_res_find			scmid_own_res_find
#define scmid_agent_init		scmid_own_agent_init
#define scmid_agent_remove		scmid_own_agent_remove
#define scmid_agent_put			scmid_own_agent_put
#define scmid_agent_find		scmid_own_agent_find
#define scmid_agents_live		scmid_own_agents_live
#define scmid_agent_set_id		scmid_own_agent_set_id
#define scmid_agent_set_live		scmid_own_agent_set_live
#define scmid_agent_set_trusted		scmid_own_agent_set_trusted
#define scmid_agent_order		scmid_own_agent_order
#define scmid_agent_publish		scmid_own_agent_publish
#define scmid_agent_withdraw		scmid_own_agent_withdraw
#define scmid_agent_quiesce		scmid_own_agent_quiesce
#define scmid_agent_restart		scmid_own_agent_restart
#define scmid_agent_renumber		scmid_own_agent_renumber
#define scmid_agent_update		scmid_own_agent_update

/* grant.c */
#define scmid_backends			scmid_own_backends
#define scmid_policy_names		scmid_own_policy_names
#define scmid_access_words		scmid_own_access_words
#define scmid_access_bit		scmid_own_access_bit
#define scmid_backend_find		scmid_own_backend_find
#define scmid_grant_add			scmid_own_grant_add
#define scmid_grant_drop		scmid_own_grant_drop
#define scmid_grant_new			scmid_own_grant_new
#define scmid_grant_register		scmid_own_grant_register
#define scmid_grant_create		scmid_own_grant_create
#define scmid_grant_destroy		scmid_own_grant_destroy
#define scmid_grant_put			scmid_own_grant_put
#define scmid_grant_enable		scmid_own_grant_enable
#define scmid_grant_disable		scmid_own_grant_disable
#define scmid_grant_publish		scmid_own_grant_publish
#define scmid_grant_withdraw		scmid_own_grant_withdraw
#define scmid_grant_set_id		scmid_own_grant_set_id
#define scmid_grant_set_denied		scmid_own_grant_set_denied
#define scmid_grant_set_access		scmid_own_grant_set_access
#define scmid_grant_set_limits		scmid_own_grant_set_limits
#define scmid_grant_bus_init		scmid_own_grant_bus_init
#define scmid_grant_bus_exit		scmid_own_grant_bus_exit

/* single.c */
#define scmid_single_create		scmid_own_single_create
#define scmid_single_set		scmid_own_single_set
#define scmid_single_prepare		scmid_own_single_prepare
#define scmid_single_unprepare		scmid_own_single_unprepare
#define scmid_single_free		scmid_own_single_free

/* hw.c */
#define scmid_hw_join			scmid_own_hw_join
#define scmid_hw_leave			scmid_own_hw_leave
#define scmid_hw_set_access		scmid_own_hw_set_access
#define scmid_hw_walk			scmid_own_hw_walk
#define scmid_voted			scmid_own_voted
#define scmid_arbitrated		scmid_own_arbitrated
#define scmid_refused			scmid_own_refused

/* event.c */
#define scmid_events_init		scmid_own_events_init
#define scmid_events_send		scmid_own_events_send
#define scmid_event_want		scmid_own_event_want
#define scmid_event_raise		scmid_own_event_raise
#define scmid_event_want_guest		scmid_own_event_want_guest
#define scmid_event_raise_guest		scmid_own_event_raise_guest

/* guest.c */
#define scmid_guest_check		scmid_own_guest_check
#define scmid_guest_set			scmid_own_guest_set
#define scmid_guest_get			scmid_own_guest_get
#define scmid_guest_set_access		scmid_own_guest_set_access

/* core.c */
#define scmid_timing			scmid_own_timing
#define scmid_time_bound		scmid_own_time_bound
#define scmid_chan_listens		scmid_own_chan_listens
#define scmid_chan_cause		scmid_own_chan_cause
#define scmid_backend_register		scmid_own_backend_register
#define scmid_core_init			scmid_own_core_init
#define scmid_core_exit			scmid_own_core_exit
#define scmid_chan_attach		scmid_own_chan_attach
#define scmid_chan_detach		scmid_own_chan_detach
#define scmid_chan_kick			scmid_own_chan_kick
#define scmid_chan_start		scmid_own_chan_start
#define scmid_chan_stop			scmid_own_chan_stop
#define scmid_chan_gone			scmid_own_chan_gone
#define scmid_chan_flush		scmid_own_chan_flush

/* of.c */
#define scmid_agent_describe		scmid_own_agent_describe
#define scmid_agent_undescribe		scmid_own_agent_undescribe

/* transport/smt.c */
#define scmid_smt_init			scmid_own_smt_init
#define scmid_smt_fetch			scmid_own_smt_fetch
#define scmid_smt_complete		scmid_own_smt_complete
#define scmid_smt_send			scmid_own_smt_send

/* configfs.c, debugfs.c */
#define scmid_configfs_agent_create	scmid_own_configfs_agent_create
#define scmid_configfs_device_create	scmid_own_configfs_device_create
#define scmid_configfs_agent_show	scmid_own_configfs_agent_show
#define scmid_configfs_agent_discard	scmid_own_configfs_agent_discard
#define scmid_configfs_agent_remove	scmid_own_configfs_agent_remove
#define scmid_configfs_init		scmid_own_configfs_init
#define scmid_configfs_exit		scmid_own_configfs_exit
#define scmid_debugfs_init		scmid_own_debugfs_init
#define scmid_debugfs_exit		scmid_own_debugfs_exit

/* backend/ */
#define scmid_clk_backend		scmid_own_clk_backend
#define scmid_reset_backend		scmid_own_reset_backend
#define scmid_regulator_backend		scmid_own_regulator_backend
#define scmid_genpd_backend		scmid_own_genpd_backend

/* Trace events, and what calls them */
#define scmid_msg			scmid_own_msg
#define trace_scmid_msg			trace_scmid_own_msg
#define trace_scmid_msg_enabled		trace_scmid_own_msg_enabled
#define register_trace_scmid_msg	register_trace_scmid_own_msg
#define unregister_trace_scmid_msg	unregister_trace_scmid_own_msg
#define scmid_refuse			scmid_own_refuse
#define trace_scmid_refuse		trace_scmid_own_refuse
#define trace_scmid_refuse_enabled	trace_scmid_own_refuse_enabled
#define register_trace_scmid_refuse	register_trace_scmid_own_refuse
#define unregister_trace_scmid_refuse	unregister_trace_scmid_own_refuse
#define scmid_vote			scmid_own_vote
#define trace_scmid_vote		trace_scmid_own_vote
#define trace_scmid_vote_enabled	trace_scmid_own_vote_enabled
#define register_trace_scmid_vote	register_trace_scmid_own_vote
#define unregister_trace_scmid_vote	unregister_trace_scmid_own_vote
#define scmid_arbitrate			scmid_own_arbitrate
#define trace_scmid_arbitrate		trace_scmid_own_arbitrate
#define trace_scmid_arbitrate_enabled	trace_scmid_own_arbitrate_enabled
#define register_trace_scmid_arbitrate	register_trace_scmid_own_arbitrate
#define unregister_trace_scmid_arbitrate	unregister_trace_scmid_own_arbitrate
#define scmid_revoke			scmid_own_revoke
#define trace_scmid_revoke		trace_scmid_own_revoke
#define trace_scmid_revoke_enabled	trace_scmid_own_revoke_enabled
#define register_trace_scmid_revoke	register_trace_scmid_own_revoke
#define unregister_trace_scmid_revoke	unregister_trace_scmid_own_revoke
#define scmid_notify			scmid_own_notify
#define trace_scmid_notify		trace_scmid_own_notify
#define trace_scmid_notify_enabled	trace_scmid_own_notify_enabled
#define register_trace_scmid_notify	register_trace_scmid_own_notify
#define unregister_trace_scmid_notify	unregister_trace_scmid_own_notify

#endif /* _SCMID_OWN_ENGINE_H */
