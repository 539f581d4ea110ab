/* SPDX-License-Identifier: GPL-2.0 */
/* Names for the test module's own copy: the module itself may be there, too. */
#ifndef _SCMI_GUEST_PROXY_OWN_H
#define _SCMI_GUEST_PROXY_OWN_H

#ifdef __KERNEL__
#define sgp_status_errno	sgp_test_status_errno
#define sgp_reply_check		sgp_test_reply_check
#define sgp_fetch_info		sgp_test_fetch_info
#define sgp_fetch		sgp_test_fetch
#define sgp_desc_parse		sgp_test_desc_parse
#define sgp_desc_vet		sgp_test_desc_vet
#define sgp_desc_write		sgp_test_desc_write
#define sgp_desc_path		sgp_test_desc_path
#define sgp_desc_find		sgp_test_desc_find
#define sgp_desc_next_top	sgp_test_desc_next_top
#define sgp_desc_removed	sgp_test_desc_removed
#endif

#endif /* _SCMI_GUEST_PROXY_OWN_H */
