/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Names for the test module's own copy of the pure core and of its seam, so
 * that both can be built into one kernel image beside the real ones.
 */
#ifndef _SCMID_OWN_CORE_H
#define _SCMID_OWN_CORE_H

#ifdef __KERNEL__
#define scmid_protos			scmid_test_protos
#define scmid_base			scmid_test_base
#define scmid_power			scmid_test_power
#define scmid_clock			scmid_test_clock
#define scmid_reset			scmid_test_reset
#define scmid_voltage			scmid_test_voltage
#define scmid_guest			scmid_test_guest
#define scmid_dispatch			scmid_test_dispatch
#define scmid_reason			scmid_test_reason
#define scmid_status			scmid_test_status
#define scmid_version			scmid_test_version
#define scmid_message_attributes	scmid_test_message_attributes
#define scmid_negotiate_version		scmid_test_negotiate_version
#define scmid_name_get			scmid_test_name_get
#define scmid_notification		scmid_test_notification
#endif

#endif /* _SCMID_OWN_CORE_H */
