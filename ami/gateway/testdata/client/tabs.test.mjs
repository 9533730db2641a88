import assert from "node:assert/strict";
import { test } from "node:test";
import { connect } from "../../client.js";
import { Browser, object, party, self, update, welcome } from "./browser.mjs";

const queue = (waiting, revision) => object("queue::a", "queue", { name: "a", waiting }, revision);

/** Two pages of one browser; the first is the leader, and connected. */
async function two(options = {}) {
	const browser = new Browser();
	const [one, other] = [browser.tab(), browser.tab()];
	const a = connect({ url: "/pbx/", window: one, ...options });
	await browser.settle();
	const b = connect({ url: "/pbx/", window: other, ...options });
	await browser.settle();
	browser.socket.open();
	browser.socket.say(welcome(), update(10, [self, queue(1)]));
	await browser.settle();
	return { browser, one, other, a, b };
}

test("two pages have one connection", async () => {
	const { browser, a, b } = await two();
	assert.equal(browser.sockets.length, 1);
	assert.deepEqual([a.state, b.state, b.user, b.get("queue::a").waiting], ["current", "current", "anna", 1]);
	assert.equal(b.now().getTime(), a.now().getTime());
	assert.throws(() => (b.get("queue::a").waiting = 7), TypeError);
	const rings = [];
	a.onRing(() => rings.push("a"));
	b.onRing(() => rings.push("b"));
	browser.socket.say(update(11, [queue(2, 2), party("1")]));
	await browser.settle();
	assert.equal(b.get("queue::a").waiting, 2);
	assert.deepEqual(rings, ["a", "b"]);
	browser.socket.end();
	await browser.settle();
	assert.equal(b.state, "stale");
	assert.equal(b.since.getTime(), a.since.getTime());
});

test("a page that comes later gets what there is, without a message to the gateway", async () => {
	const { browser, b } = await two();
	const c = connect({ url: "/pbx/", window: browser.tab() });
	await browser.settle();
	assert.deepEqual([c.state, c.get("queue::a").waiting, browser.sockets.length], ["current", 1, 1]);
	assert.equal(b.state, "current");
});

test("one that comes in the middle of a snapshot sees its end", async () => {
	const { browser } = await two();
	browser.socket.say({ type: "reset", instance: "i2" }, update(3, [self], { more: true }));
	await browser.settle();
	const c = connect({ url: "/pbx/", window: browser.tab() });
	await browser.settle();
	assert.equal(c.get("queue::a").waiting, 1);
	browser.socket.say(update(9, [party("1")]));
	await browser.settle();
	assert.deepEqual([c.state, c.get("queue::a"), c.get("party::1").state], ["current", undefined, "ringing"]);
});

test("an action of a follower is sent by the leader, and once more by the next one", async () => {
	const { browser, a, b } = await two();
	const done = b.dial("200");
	await browser.settle();
	const first = browser.socket.sent[1];
	assert.equal(first.instance, "i1");
	browser.socket.say({ type: "result", id: first.id, outcome: "done" });
	assert.equal((await done).outcome, "done");
	const second = b.dial("201");
	await browser.settle();
	const sent = browser.socket.sent[2];
	a.close();
	await browser.settle();
	assert.equal(browser.sockets.length, 2);
	browser.socket.open();
	assert.deepEqual(browser.socket.sent, [{ type: "hello", versions: [1], instance: "i1", revision: 10 }]);
	browser.socket.say(welcome({ resumed: true }));
	assert.deepEqual(browser.socket.sent[1], sent);
	browser.socket.say({ type: "result", id: sent.id, outcome: "done" });
	assert.equal((await second).outcome, "done");
	assert.deepEqual([a.state, b.state], ["closed", "current"]);
});

test("an action of a follower before there is a connection", async () => {
	const browser = new Browser();
	connect({ url: "/pbx/", window: browser.tab() });
	const b = connect({ url: "/pbx/", window: browser.tab() });
	await browser.settle();
	const result = b.dial("200");
	browser.socket.open();
	browser.socket.say(welcome(), update(10, [self]));
	await browser.settle();
	assert.deepEqual(browser.socket.sent[1].number, "200");
	browser.socket.say({ type: "result", id: browser.socket.sent[1].id, outcome: "done" });
	assert.equal((await result).outcome, "done");
});

test("a leader that is frozen hands over, and follows when it is thawed", async () => {
	const { browser, one, a, b } = await two();
	one.document.dispatchEvent(new Event("freeze"));
	await browser.settle();
	assert.equal(a.state, "stale");
	assert.equal(browser.sockets.length, 2);
	browser.socket.open();
	browser.socket.say(welcome({ resumed: true }), update(12, [queue(5, 5)]));
	await browser.settle();
	assert.deepEqual([b.state, b.get("queue::a").waiting], ["current", 5]);
	one.document.dispatchEvent(new Event("resume"));
	await browser.settle();
	assert.deepEqual([a.state, a.get("queue::a").waiting, browser.sockets.length], ["current", 5, 2]);
});

test("a leader that hangs is replaced, and follows when it wakes up", async () => {
	const { browser, one, a, b } = await two();
	one.frozen = one.lost = true; // without an event
	const hung = browser.socket;
	await browser.pass(89_000);
	assert.equal(b.state, "current");
	await browser.pass(2_000);
	assert.equal(b.state, "stale");
	assert.equal(browser.sockets.length, 2);
	one.frozen = one.lost = false;
	await browser.settle();
	assert.equal(hung.readyState, 3);
	browser.socket.open();
	browser.socket.say(welcome({ resumed: true }), update(12, [queue(5, 5)]));
	await browser.settle();
	assert.deepEqual([a.state, b.state, a.get("queue::a").waiting], ["current", "current", 5]);
});

test("a leader without news lives", async () => {
	const { browser, b } = await two();
	for (let i = 0; i < 10; i++) {
		await browser.pass(25_000);
		browser.socket.say({ type: "alive" });
		await browser.settle();
	}
	assert.deepEqual([b.state, browser.sockets.length], ["current", 1]);
});

test("a follower that has missed something asks for all", async () => {
	const { browser, other, b } = await two();
	other.lost = true;
	browser.socket.say(update(11, [queue(2, 2)]));
	await browser.settle();
	other.lost = false;
	browser.socket.say(update(12, [party("1")]));
	await browser.settle();
	assert.deepEqual([b.get("queue::a").waiting, b.get("party::1").state], [2, "ringing"]);
});

test("revoked is for all, and a sign-in too", async () => {
	const { browser, a, b } = await two();
	const signin = [];
	a.on("signin", () => signin.push("a"));
	b.on("signin", () => signin.push("b"));
	browser.socket.end(4001);
	await browser.settle();
	assert.deepEqual(signin, ["a", "b"]);
	b.reconnect();
	await browser.settle();
	assert.equal(browser.sockets.length, 2);
	browser.socket.open();
	browser.socket.end(4003, "revoked");
	await browser.settle();
	assert.deepEqual([a.state, b.state, b.reason.code], ["closed", "closed", 4003]);
	const attempts = browser.sockets.length; // b may have got the lead before it heard why
	assert.ok(attempts <= 3 && browser.sockets.every((socket) => socket.readyState === 3));
	await browser.pass(300_000);
	assert.equal(browser.sockets.length, attempts);
});

test("pages of different users share nothing", async () => {
	const browser = new Browser();
	const a = connect({ url: "/pbx/", window: browser.tab(), share: "anna" });
	const b = connect({ url: "/pbx/", window: browser.tab(), share: "bert" });
	const c = connect({ url: "/pbx/", window: browser.tab(), share: false });
	await browser.settle();
	assert.equal(browser.sockets.length, 3);
	browser.sockets[0].open(); // of the one that needs no lock
	browser.sockets[0].say(welcome(), update(10, [self]));
	await browser.settle();
	assert.deepEqual([a.state, b.state, c.state], ["connecting", "connecting", "current"]);
	browser.sockets[1].open();
	browser.sockets[1].say(welcome(), update(10, [self]));
	await browser.settle();
	assert.deepEqual([a.state, b.state], ["current", "connecting"]);
});
