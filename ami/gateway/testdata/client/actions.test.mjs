import assert from "node:assert/strict";
import { test } from "node:test";
import { connect } from "../../client.js";
import { Browser, object, party, self, update, welcome } from "./browser.mjs";

async function connected(storage) {
	const browser = new Browser();
	const tab = browser.tab({ shared: false, storage });
	const pbx = connect({ url: "/pbx/", window: tab });
	await browser.settle();
	browser.socket.open();
	return { browser, tab, pbx };
}

const snapshot = (...more) => [welcome(), update(10, [self, ...more])];

test("actions have what they need", async () => {
	const { browser, pbx } = await connected();
	browser.socket.say(...snapshot());
	const call = pbx.party("party::1");
	void pbx.dial("+49 (30) 123-45.6/7"), call.answer(), call.hangup(), call.transfer("2 00"), call.consult("201"), call.park(), call.pickup(), call.pickup("device::100");
	void call.record(true), call.pauseRecording(false), pbx.retrieve("parked::1"), pbx.pause("member::1", true, "lunch"), pbx.login("queue::a", "device::100");
	void pbx.logout("member::1"), pbx.note("call::1", "text"), call.listen("device::100"), pbx.pause("member::1", false);
	const sent = browser.socket.sent.slice(1).map(({ type, id, instance, ...rest }) => {
		assert.deepEqual([type, instance], ["action", "i1"]);
		assert.match(id, /^[A-Za-z0-9_-]{8,64}$/);
		return rest;
	});
	assert.equal(new Set(browser.socket.sent.slice(1).map((a) => a.id)).size, 17);
	const key = "party::1";
	assert.deepEqual(sent, [
		{ action: "dial", number: "+491234567".replace("49", "4930") },
		{ action: "answer", key }, { action: "hangup", key }, { action: "transfer", key, number: "200" }, { action: "consult", key, number: "201" },
		{ action: "park", key }, { action: "pickup", key }, { action: "pickup", key, device: "device::100" },
		{ action: "record", key, on: true }, { action: "pauseRecording", key, on: false }, { action: "retrieve", key: "parked::1" },
		{ action: "pause", key: "member::1", on: true, reason: "lunch" }, { action: "login", key: "queue::a", device: "device::100" },
		{ action: "logout", key: "member::1" }, { action: "note", key: "call::1", text: "text" }, { action: "listen", key, device: "device::100" },
		{ action: "pause", key: "member::1", on: false },
	]);
});

test("a refusal is a Result", async () => {
	const { browser, pbx } = await connected();
	browser.socket.say(...snapshot());
	const result = pbx.dial("0900");
	browser.socket.say({ type: "result", id: browser.socket.sent[1].id, outcome: "refused", reason: "You may not dial this number." });
	assert.equal((await result).reason, "You may not dial this number.");
	browser.socket.say({ type: "result", id: browser.socket.sent[1].id, outcome: "done" }); // once more: nobody waits
});

test("without an answer the same is sent again by the next connection", async () => {
	const { browser, pbx } = await connected();
	browser.socket.say(...snapshot());
	const result = pbx.dial("200");
	const first = browser.socket.sent[1];
	browser.socket.end();
	await browser.pass(1000);
	browser.socket.open();
	browser.socket.say(welcome({ instance: "i2" })); // the gateway was started since: it is for it to say that nobody knows
	assert.deepEqual(browser.socket.sent[1], first);
	assert.equal(first.instance, "i1");
	browser.socket.say({ type: "result", id: first.id, outcome: "unknown", reason: "" });
	assert.equal((await result).outcome, "unknown");
	browser.socket.end();
	await browser.pass(2000);
	browser.socket.open();
	browser.socket.say(welcome({ instance: "i2" }));
	assert.equal(browser.socket.sent.length, 1); // it was answered
});

test("an action before the connection waits for it, not for long", async () => {
	const { browser, pbx } = await connected();
	const result = pbx.dial("200");
	const late = pbx.dial("201");
	await browser.pass(5_000);
	assert.equal(browser.socket.sent.length, 1);
	browser.socket.say(...snapshot());
	assert.deepEqual(browser.socket.sent.slice(1).map((a) => a.number), ["200", "201"]);
	browser.socket.say({ type: "result", id: browser.socket.sent[1].id, outcome: "done", object: "party::1" });
	assert.equal((await result).object, "party::1");
	await browser.pass(15_000);
	assert.equal((await late).outcome, "unknown");
});

test("one that was never sent is unsent after 20 s, and never sent later", async () => {
	const { browser, pbx } = await connected();
	browser.socket.say(...snapshot());
	browser.socket.end();
	browser.socketsFail = true;
	const result = pbx.dial("200");
	await browser.pass(20_000);
	assert.equal((await result).outcome, "unsent");
	browser.socketsFail = false;
	await browser.pass(40_000);
	browser.socket.open();
	browser.socket.say(welcome({ resumed: true }));
	assert.equal(browser.socket.sent.length, 1);
});

test("a ring is told once", async (t) => {
	const storage = new Map();
	const { browser, pbx } = await connected(storage);
	const rings = [];
	pbx.onRing((p) => rings.push(p.key));
	browser.socket.say(welcome(), update(4, [party("1")], { more: true }));
	assert.deepEqual(rings, []); // whose it is is not known yet
	browser.socket.say(update(10, [self, party("2", { device: "PJSIP/999" }), party("3", { server: "other" }), party("4", { state: "talking" })]));
	assert.deepEqual(rings, ["party::1"]);
	browser.socket.say(update(11, [party("1", { name: "Bob" }, 2), party("5")]));
	assert.deepEqual(rings, ["party::1", "party::5"]);
	browser.socket.end();
	await browser.pass(1000);
	browser.socket.open();
	browser.socket.say(welcome({ resumed: true, revision: 14 }), update(14, [party("5", {}, 3), party("6")]));
	assert.deepEqual(rings, ["party::1", "party::5", "party::6"]);
	browser.socket.say({ type: "reset", instance: "i2" }, update(20, [self, party("6"), party("7")]));
	assert.deepEqual(rings, ["party::1", "party::5", "party::6", "party::7"]);
	browser.socket.say(update(21, [party("7", { state: "talking" })]), update(22, [party("7", { ringing: "2026-01-01T12:10:00Z" })]));
	assert.deepEqual(rings.slice(4), ["party::7"]); // it rings anew

	await t.test("not again after a reload, by one who listens late", async () => {
		const { browser, pbx } = await connected(storage);
		browser.socket.say(...snapshot(party("6"), party("8")));
		const late = [];
		pbx.onRing((p) => late.push(p.key));
		await browser.settle();
		assert.deepEqual(late, ["party::8"]);
	});
	await t.test("without storage too", async () => {
		const browser = new Browser();
		const tab = browser.tab({ shared: false });
		Object.defineProperty(tab, "sessionStorage", { get() { throw new Error("not allowed"); } });
		const pbx = connect({ url: "/pbx/", window: tab });
		const rings = [];
		pbx.onRing((p) => rings.push(p.key));
		await browser.settle();
		browser.socket.open();
		browser.socket.say(...snapshot(party("1")), update(11, [party("1", {}, 2)]));
		assert.deepEqual(rings, ["party::1"]);
	});
	await t.test("by a device that is given to the user while it rings", async () => {
		const { browser, pbx } = await connected();
		const rings = [];
		pbx.onRing((p) => rings.push(p.key));
		browser.socket.say(welcome(), update(10, [object("self", "self", {}), party("1")]));
		assert.deepEqual(rings, []);
		browser.socket.say(update(11, [self]));
		assert.deepEqual(rings, ["party::1"]);
	});
});
