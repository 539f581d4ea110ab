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
#define scmid_clock			scmid_own_clock
#define scmid_dispatch			scmid_own_dispatch
#define scmid_refuse			scmid_own_refuse
#define scmid_status			scmid_own_status
#define scmid_version			scmid_own_version
#define scmid_message_attributes	scmid_own_message_attributes
#define scmid_negotiate_version		scmid_own_negotiate_version

/* agent.c */
#define scmid_agents_lock		scmid_own_agents_lock
#define scmid_platform			scmid_own_platform
#define scmid_res_find			scmid_own_res_find
#define scmid_agent_init		scmid_own_agent_init
#define scmid_agent_remove		scmid_own_agent_remove
#define scmid_agent_put			scmid_own_agent_put
#define scmid_agent_find		scmid_own_agent_find
#define scmid_agents_live		scmid_own_agents_live
#define scmid_agent_set_id		scmid_own_agent_set_id
#define scmid_agent_set_live		scmid_own_agent_set_live
#define scmid_agent_publish		scmid_own_agent_publish
#define scmid_agent_withdraw		scmid_own_agent_withdraw
#define scmid_agent_quiesce		scmid_own_agent_quiesce
#define scmid_agent_renumber		scmid_own_agent_renumber
#define scmid_agent_update		scmid_own_agent_update

/* grant.c */
#define scmid_backends			scmid_own_backends
#define scmid_grant_add			scmid_own_grant_add
#define scmid_grant_create		scmid_own_grant_create
#define scmid_grant_destroy		scmid_own_grant_destroy
#define scmid_grant_put			scmid_own_grant_put
#define scmid_grant_enable		scmid_own_grant_enable
#define scmid_grant_disable		scmid_own_grant_disable
#define scmid_grant_publish		scmid_own_grant_publish
#define scmid_grant_withdraw		scmid_own_grant_withdraw
#define scmid_grant_set_id		scmid_own_grant_set_id
#define scmid_grant_bus_init		scmid_own_grant_bus_init
#define scmid_grant_bus_exit		scmid_own_grant_bus_exit

/* core.c */
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

/* configfs.c, backend/clk.c */
#define scmid_configfs_init		scmid_own_configfs_init
#define scmid_configfs_exit		scmid_own_configfs_exit
#define scmid_clk_backend		scmid_own_clk_backend

#endif /* _SCMID_OWN_ENGINE_H */
