import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { connect } from "../../client.js";
import { Browser, eventStream, object, party, self, update, welcome } from "./browser.mjs";

/** A page alone that is connected and has a snapshot. */
async function connected(options = {}) {
	const browser = new Browser();
	const tab = browser.tab({ shared: false });
	const pbx = connect({ url: "/pbx", window: tab, ...options });
	await browser.settle();
	browser.socket.open();
	browser.socket.say(welcome(), update(10, [self, object("queue::a", "queue", { name: "a", waiting: 1 })]));
	assert.equal(pbx.state, "current");
	return { browser, tab, pbx };
}

test("a snapshot is current once it is whole", async () => {
	const browser = new Browser();
	const pbx = connect({ url: "/pbx", window: browser.tab({ shared: false }), ticket: async () => "T1" });
	const states = [];
	const changes = [];
	pbx.on("state", (state) => states.push(state));
	pbx.on("change", (change) => changes.push(change));
	await browser.settle();
	assert.equal(browser.socket.url, "wss://crm.example.com/pbx/socket");
	assert.equal(pbx.state, "connecting");
	assert.equal(pbx.since, undefined);
	browser.socket.open();
	assert.deepEqual(browser.socket.sent, [{ type: "hello", versions: [1], ticket: "T1" }]);
	browser.socket.say(welcome(), update(4, [self], { more: true }));
	assert.equal(pbx.state, "connecting");
	browser.socket.say(update(10, [object("queue::a", "queue", { name: "a", waiting: 1 })]));
	assert.deepEqual(states, ["current"]);
	assert.equal(pbx.user, "anna");
	assert.equal(pbx.now().toISOString(), "2026-01-01T12:00:05.000Z");
	assert.equal(pbx.self.devices[0].name, "PJSIP/100");
	assert.deepEqual(pbx.all("queue"), [{ key: "queue::a", kind: "queue", revision: 1, name: "a", waiting: 1 }]);
	assert.throws(() => (pbx.get("queue::a").waiting = 2), TypeError);
	assert.throws(() => (pbx.self.devices[0].name = ""), TypeError);
	browser.socket.say({ type: "update", revision: 11, delete: ["queue::a", "never::there"] });
	assert.deepEqual(changes.map(({ put, deleted }) => [put.map((o) => o.key), deleted.map((o) => o.key)]), [
		[["self"], []],
		[["queue::a"], []],
		[[], ["queue::a"]],
	]);
	assert.equal(pbx.get("queue::a"), undefined);
});

test("a lost connection goes on where it was", async () => {
	const { browser, pbx } = await connected();
	const first = browser.socket;
	await browser.pass(3000);
	first.say(update(12, [party("1", { state: "talking" })]));
	const heard = browser.time;
	await browser.pass(2000);
	first.end();
	assert.equal(pbx.state, "stale");
	assert.equal(pbx.since.getTime(), heard);
	assert.equal(pbx.get("party::1").state, "talking"); // it stays on the screen
	await browser.pass(740);
	assert.equal(browser.sockets.length, 1); // 1 s at most, 0.75 s by this dice
	await browser.pass(20);
	assert.equal(browser.sockets.length, 2);
	browser.socket.open();
	assert.deepEqual(browser.socket.sent, [{ type: "hello", versions: [1], instance: "i1", revision: 12 }]);
	browser.socket.say(welcome({ resumed: true, revision: 20 }));
	assert.equal(pbx.state, "stale"); // until what was missed has come
	browser.socket.say({ type: "update", revision: 20, delete: ["party::1"] });
	assert.equal(pbx.state, "current");
	assert.deepEqual([pbx.get("party::1"), pbx.get("queue::a").waiting], [undefined, 1]);
});

test("after a resume that missed nothing it is current at once", async () => {
	const { browser, pbx } = await connected();
	browser.socket.end();
	await browser.pass(1000);
	browser.socket.open();
	browser.socket.say(welcome({ resumed: true }));
	assert.equal(pbx.state, "current");
});

test("a reset shows what there was until the snapshot is whole, and tells only what differs", async () => {
	const { browser, pbx } = await connected();
	browser.socket.say(update(11, [party("ghost", { state: "talking" })]));
	const changes = [];
	pbx.on("change", ({ put, deleted }) => changes.push([put.map((o) => o.key), deleted.map((o) => o.key)]));
	browser.socket.say({ type: "reset", instance: "i2" }, update(3, [self], { more: true }));
	assert.equal(pbx.get("party::ghost").state, "talking");
	browser.socket.say(update(7, [object("queue::a", "queue", { name: "a", waiting: 1 }, 7), object("queue::b", "queue", { name: "b" })]));
	assert.deepEqual(changes, [[["queue::b"], ["party::ghost"]]]);
	assert.equal(pbx.get("queue::a").revision, 7);
	browser.socket.end();
	await browser.pass(1000);
	browser.socket.open();
	assert.deepEqual([browser.socket.sent[0].instance, browser.socket.sent[0].revision], ["i2", 7]);
});

test("a half snapshot is asked for again, whole", async () => {
	const { browser, pbx } = await connected();
	browser.socket.say({ type: "reset", instance: "i2" }, update(3, [self], { more: true }));
	browser.socket.end();
	await browser.pass(1000);
	browser.socket.open();
	assert.equal(browser.socket.sent[0].instance, undefined);
	browser.socket.say(welcome({ instance: "i2", revision: 5 }), update(5, [self]));
	assert.equal(pbx.get("queue::a"), undefined);
	assert.equal(pbx.state, "current");
});

test("attempts come later and later, at most every 30 s", async () => {
	const { browser, tab } = await connected();
	const delays = [];
	browser.socket.end();
	for (let i = 0; i < 8; i++) {
		const [from, count] = [browser.time, browser.sockets.length];
		while (browser.sockets.length === count) {
			await browser.pass(50);
		}
		delays.push(Math.round((browser.time - from) / 100) / 10);
		browser.socket.say("{}"); // so that it is not taken as blocked
		browser.socket.open();
		browser.socket.end(1006);
		browser.answer = () => new Response("", { status: 503 });
		tab.Math.random = () => (i % 2 ? 0 : 1);
	}
	assert.deepEqual(delays.slice(0, 2), [0.8, 1.5]);
	assert.ok(Math.max(...delays) <= 30.1 && Math.max(...delays) >= 29, String(delays));
	assert.ok(delays.at(-1) >= 15, String(delays));
});

test("silence for twice the time of Alive ends a connection", async () => {
	const { browser, pbx } = await connected();
	for (let i = 0; i < 4; i++) {
		await browser.pass(26_000);
		browser.socket.say({ type: "alive" });
	}
	assert.equal(pbx.state, "current");
	await browser.pass(49_000);
	assert.equal(pbx.state, "current");
	const first = browser.socket;
	await browser.pass(1_000);
	assert.equal(pbx.state, "stale");
	assert.equal(first.readyState, 3);
	await browser.pass(1_000);
	assert.equal(browser.sockets.length, 2);
});

test("an attempt that gets no Welcome within 10 s is given up", async () => {
	const browser = new Browser();
	connect({ url: "/pbx", window: browser.tab({ shared: false }) });
	await browser.settle();
	browser.answer = () => new Response("", { status: 503 });
	await browser.pass(10_000);
	assert.equal(browser.sockets[0].readyState, 3);
	await browser.pass(3_000);
	assert.ok(browser.sockets.length >= 2);
});

test("somebody looks after the computer has slept: connects at once", async () => {
	const { browser, tab, pbx } = await connected();
	browser.time += 3_600_000; // no timer has run
	tab.document.dispatchEvent(new Event("visibilitychange"));
	assert.equal(pbx.state, "stale");
	await browser.settle();
	assert.equal(browser.sockets.length, 2);
	tab.document.dispatchEvent(new Event("visibilitychange")); // an attempt runs already
	await browser.settle();
	assert.equal(browser.sockets.length, 2);
});

test("the network goes and comes back", async () => {
	const { browser, tab, pbx } = await connected();
	tab.events.dispatchEvent(new Event("offline"));
	assert.equal(pbx.state, "stale");
	browser.socketsFail = true;
	await browser.pass(120_000);
	browser.socketsFail = false;
	const before = browser.sockets.length;
	tab.events.dispatchEvent(new Event("online"));
	await browser.settle();
	assert.equal(browser.sockets.length, before + 1);
});

test("a frozen page ends its connection, and goes on when it is thawed", async () => {
	const { browser, tab, pbx } = await connected();
	const first = browser.socket;
	tab.document.dispatchEvent(new Event("freeze"));
	assert.equal(first.readyState, 3);
	assert.equal(pbx.state, "stale");
	await browser.pass(60_000);
	assert.equal(browser.sockets.length, 1);
	tab.document.dispatchEvent(new Event("resume"));
	await browser.settle();
	browser.socket.open();
	assert.equal(browser.socket.sent[0].revision, 10);
});

test("an event stream where a WebSocket can't be had", async () => {
	const browser = new Browser();
	browser.socketsFail = true;
	const stream = eventStream();
	browser.answer = () => stream.response;
	const tickets = ["T1", "T2"];
	const pbx = connect({ url: "https://pbx.example.com/gw/", window: browser.tab({ shared: false }), ticket: async () => tickets.shift() });
	await browser.pass(1);
	assert.deepEqual(browser.posts.map((post) => [post.url, post.body.ticket]), [["https://pbx.example.com/gw/stream", "T2"]]);
	stream.say(welcome({ token: "SECRET" }));
	stream.write(": a comment\n\ndata: " + JSON.stringify(update(10, [self])).slice(0, 40));
	await browser.settle();
	assert.equal(pbx.state, "connecting");
	stream.write(JSON.stringify(update(10, [self])).slice(40) + "\r\n\r\n");
	await browser.settle();
	assert.equal(pbx.state, "current");
	browser.answer = (post) => Response.json({ type: "result", id: post.body.id, outcome: "done" });
	assert.equal((await pbx.dial("200")).outcome, "done");
	assert.equal(browser.posts[1].url, "https://pbx.example.com/gw/action");
	assert.equal(browser.posts[1].headers.Authorization, "Bearer SECRET");
	browser.answer = () => Response.json({ type: "closing", code: 4429, reason: "too many" }, { status: 429 });
	assert.deepEqual(await pbx.dial("200").then(({ outcome, reason }) => [outcome, reason]), ["refused", "too many"]);
	assert.equal(pbx.state, "current");

	// A POST that breaks is sent again by the next connection, the same; which tries a WebSocket first.
	browser.answer = undefined;
	browser.socketsFail = false;
	const result = pbx.dial("300");
	tickets.push("T3");
	await browser.pass(1_000);
	assert.equal(pbx.state, "stale");
	browser.socket.open();
	browser.socket.say(welcome({ resumed: true }));
	assert.deepEqual(browser.socket.sent[1], browser.posts.at(-1).body);
	browser.socket.say({ type: "result", id: browser.socket.sent[1].id, outcome: "done" });
	assert.equal((await result).outcome, "done");
});

test("codes of the gateway", async (t) => {
	await t.test("expired: another ticket, and on from there", async () => {
		let tickets = 0;
		const { browser, pbx } = await connected({ ticket: async () => "T" + ++tickets });
		const signin = [];
		pbx.on("signin", () => signin.push(1));
		browser.socket.say({ type: "closing", code: 4001, reason: "expired" });
		browser.socket.end(4001);
		await browser.pass(1);
		browser.socket.open();
		assert.deepEqual(browser.socket.sent, [{ type: "hello", versions: [1], ticket: "T2", instance: "i1", revision: 10 }]);
		assert.equal(signin.length, 0);
		browser.socket.end(4001); // nor is that one good
		assert.equal(signin.length, 1);
		assert.equal(pbx.state, "stale");
		await browser.pass(1_000);
		assert.equal(tickets, 2);
		pbx.reconnect();
		await browser.settle();
		assert.equal(tickets, 3);
	});
	await t.test("expired, with a cookie: sign in", async () => {
		const { browser, pbx } = await connected();
		const signin = [];
		pbx.on("signin", () => signin.push(1));
		browser.socket.end(4001);
		assert.equal(signin.length, 1);
		pbx.reconnect();
		await browser.settle();
		assert.equal(browser.sockets.length, 2);
	});
	await t.test("no ticket: sign in", async () => {
		const browser = new Browser();
		const pbx = connect({ url: "/pbx", window: browser.tab({ shared: false }), ticket: async () => null });
		const signin = [];
		pbx.on("signin", () => signin.push(1));
		await browser.settle();
		assert.deepEqual([signin.length, browser.sockets.length, pbx.state], [1, 0, "connecting"]);
	});
	await t.test("a ticket that can't be fetched is asked for again", async () => {
		let asked = 0;
		const browser = new Browser();
		connect({ url: "/pbx", window: browser.tab({ shared: false }), ticket: async () => { if (++asked < 3) throw new Error("network"); return "T"; } });
		await browser.pass(5_000);
		assert.deepEqual([asked, browser.sockets.length], [3, 1]);
	});
	await t.test("an upgrade that needs a sign-in: the stream says so", async () => {
		const browser = new Browser();
		browser.socketsFail = true;
		browser.answer = () => Response.json({ type: "closing", code: 4001, reason: "sign in" }, { status: 401 });
		const pbx = connect({ url: "/pbx", window: browser.tab({ shared: false }) });
		const signin = [];
		pbx.on("signin", () => signin.push(1));
		await browser.pass(1);
		assert.equal(signin.length, 1);
	});
	for (const code of [4003, 4400, 4406]) {
		await t.test(code + ": closed for good", async () => {
			const { browser, pbx } = await connected();
			const result = pbx.dial("200");
			browser.socket.say({ type: "closing", code, reason: "no" });
			browser.socket.end(code);
			assert.equal(pbx.state, "closed");
			assert.deepEqual(pbx.reason, { code, reason: "no" });
			assert.equal((await result).outcome, "unknown");
			assert.equal((await pbx.dial("200")).outcome, "unsent");
			await browser.pass(600_000);
			assert.equal(browser.sockets.length, 1);
			assert.equal(browser.timers.length, 0);
		});
	}
	await t.test("a Hello that came too late: another attempt, not at once", async () => {
		const browser = new Browser();
		const pbx = connect({ url: "/pbx", window: browser.tab({ shared: false }) });
		await browser.settle();
		browser.socket.open();
		browser.socket.say({ type: "closing", code: 4400, reason: "no hello in time" });
		browser.socket.end(4400);
		assert.equal(pbx.state, "connecting");
		await browser.pass(7_000);
		assert.equal(browser.sockets.length, 1);
		await browser.pass(9_000);
		assert.equal(browser.sockets.length, 2);
	});
	await t.test("a proxy that forbids is not the gateway", async () => {
		const browser = new Browser();
		browser.socketsFail = true;
		browser.answer = () => new Response("<h1>Forbidden</h1>", { status: 403 });
		const pbx = connect({ url: "/pbx", window: browser.tab({ shared: false }) });
		await browser.pass(20_000);
		assert.equal(pbx.state, "connecting");
		assert.ok(browser.posts.length > 2);
		browser.answer = () => Response.json({ type: "closing", code: 4003, reason: "no" }, { status: 403 });
		await browser.pass(60_000);
		assert.equal(pbx.state, "closed");
	});
	await t.test("too slow, too many: not at once again", async () => {
		const { browser } = await connected();
		browser.socket.end(4429);
		await browser.pass(7_000);
		assert.equal(browser.sockets.length, 1);
		await browser.pass(9_000);
		assert.equal(browser.sockets.length, 2);
	});
	await t.test("the gateway stops: later", async () => {
		const { browser, pbx } = await connected();
		browser.socket.say({ type: "closing", code: 1001, reason: "stops" });
		browser.socket.end(1001);
		assert.equal(pbx.state, "stale");
		await browser.pass(1_000);
		assert.equal(browser.sockets.length, 2);
	});
});

test("what it does not know is ignored", async () => {
	const { browser, pbx } = await connected();
	browser.socket.say("not json", "null", "[]", '{"type":1}', { type: "later", x: 1 }, { type: "update", revision: 11, put: [{ ...object("x", "fax", { pages: 3 }), more: true }], later: {} });
	assert.equal(pbx.get("x").pages, 3);
	assert.equal(pbx.state, "current");
});

test("a listener that throws stops nobody, and one that was ended hears nothing", async () => {
	const { browser, tab, pbx } = await connected();
	const heard = [];
	const listener = () => heard.push(1);
	pbx.on("change", () => { throw new Error("of the page"); });
	const end = pbx.on("change", listener);
	pbx.on("change", listener);
	browser.socket.say(update(11, [party("1")]));
	end();
	browser.socket.say(update(12, [party("2")]));
	assert.equal(heard.length, 3);
	assert.equal(tab.errors.length, 2);
});

test("closed by the page", async () => {
	const { browser, pbx } = await connected();
	pbx.close();
	pbx.close();
	assert.equal(pbx.state, "closed");
	assert.deepEqual(pbx.reason, { code: 1000, reason: "" });
	assert.equal(browser.socket.readyState, 3);
	await browser.pass(60_000);
	assert.equal(browser.sockets.length, 1);
});

test("nothing in it makes code or HTML of text", () => {
	const source = readFileSync(new URL("../../client.js", import.meta.url), "utf8");
	for (const word of ["eval(", "Function(", "innerHTML", "outerHTML", "insertAdjacentHTML", "document.write"]) {
		assert.ok(!source.includes(word), word);
	}
});
