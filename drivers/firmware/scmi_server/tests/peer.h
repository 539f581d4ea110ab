/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A transport for the KUnit suites, with a peer that sends commands and notes
 * what it gets.
 */
#ifndef _SCMID_PEER_H
#define _SCMID_PEER_H

#include "test.h"

#define PEER_REQS	32
#define PEER_EVENTS	32

/**
 * struct peer_req - a command that the peer sends, and what it gets
 * @req: the command
 * @words: words in it
 * @malformed: the transport finds that it makes no sense
 * @on_fetch: happens just after the command was fetched
 * @answered: it came back
 * @dropped: to a peer that had stopped meanwhile
 * @status: with this
 * @val: and this
 */
struct peer_req {
	u32 req[5];
	unsigned int words;
	bool malformed;
	void (*on_fetch)(struct scmid_chan *chan);
	bool answered;
	bool dropped;
	s32 status;
	u32 val;
};

/**
 * struct peer_event - a notification that the peer got
 * @len: bytes
 * @words: the first of them
 * @completed: commands that had come back before
 */
struct peer_event {
	u32 len;
	u32 words[5];
	unsigned int completed;
};

/**
 * struct peer - a transport with its peer
 * @chan: the channel
 * @reqs: commands
 * @n: how many there are
 * @fetched: how many were fetched
 * @completed: how many came back
 * @calls: how often a command was asked for
 * @err: what asking for one returns, if not 0
 * @room: bytes there are for a reply
 * @events: notifications
 * @nr_events: how many came
 * @notify_calls: how often one was to be handed over
 * @notify_err: what that returns, if not 0
 * @on_notify: happens before it, as long as this is set
 */
struct peer {
	struct scmid_chan chan;
	struct peer_req reqs[PEER_REQS];
	unsigned int n, fetched, completed, calls;
	int err;
	u32 room;
	struct peer_event events[PEER_EVENTS];
	unsigned int nr_events, notify_calls;
	int notify_err;
	void (*on_notify)(struct scmid_chan *chan);
};

struct peer *peer_new(struct kunit *test);
struct peer *peer_attached(struct kunit *test, const char *name);
struct peer *peer_running(struct kunit *test);
void peer_up(struct peer *peer, enum scmid_start how);
void peer_settle(struct peer *peer);
void peer_run(struct peer *peer);

struct peer_req *peer_send(struct peer *peer, u8 proto, u8 msg);
struct peer_req *peer_send_args(struct peer *peer, u8 proto, u8 msg, const u32 *args,
				unsigned int n);
struct peer_req *peer_state(struct peer *peer, u32 id, u32 on);
struct peer_req *peer_rate(struct peer *peer, u32 id);
void peer_vote(struct kunit *test, struct peer *peer);
s32 peer_switch(struct peer *peer, const struct scmid_grant_res *r, bool on);
s32 peer_call(struct peer *peer, u8 proto, u8 msg, const u32 *args, unsigned int n);
void peer_permit(struct kunit *test, struct scmid_grant *grant);
struct peer *peer_listening(struct kunit *test, const char *name, const char *node);
s32 peer_listen(struct peer *peer, u32 id, bool on);

/* Sends a command with these words, and waits for the answer: its status. */
#define PEER_CALL(peer, proto, msg, words...) ({				\
	const u32 _args[] = { words };						\
										\
	peer_call(peer, proto, msg, _args, ARRAY_SIZE(_args));			\
})

#define EXPECT_DONE(test, req, state) do {					\
	KUNIT_EXPECT_TRUE(test, (req)->answered);				\
	KUNIT_EXPECT_FALSE(test, (req)->dropped);				\
	KUNIT_EXPECT_EQ(test, (req)->status, state);				\
} while (0)

#endif /* _SCMID_PEER_H */
