import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { connect } from "../../client.js";
import { Browser } from "./browser.mjs";

// A session of version 1 as it was recorded: the client sends what the browser sent then, and shows what it was told.
test("version 1", async () => {
	const browser = new Browser();
	const pbx = connect({ url: "/pbx/", window: browser.tab({ shared: false }) });
	const rings = [];
	const results = [];
	pbx.onRing((party) => rings.push(party.key));
	await browser.settle();
	const ids = new Map(); // of the file, to those of today
	const lines = readFileSync(new URL("../version1.session", import.meta.url), "utf8").trim().split("\n").filter((line) => !line.startsWith("#"));
	let sent = 0;
	for (const line of lines) {
		const [mark, rest] = [line[0], line.slice(2)];
		if (line === "! connect") {
			if (browser.socket.readyState === 1) {
				browser.socket.end();
				await browser.pass(1_000);
			}
			browser.socket.open();
			sent = 0;
		} else if (mark === ">") {
			const then = JSON.parse(rest);
			if (then.type === "action") {
				if (ids.has(then.id)) {
					continue; // sent twice then; the client does so after a cut alone
				}
				const { action, key, number, text } = then;
				void (action === "dial" ? pbx.dial(number) : pbx.note(key, text)).then((result) => results.push(result.outcome));
				ids.set(then.id, browser.socket.sent[sent].id);
				then.id = browser.socket.sent[sent].id;
			}
			assert.deepEqual(browser.socket.sent[sent++], then);
		} else if (mark === "<") {
			const message = JSON.parse(rest);
			browser.socket.say(message.type === "result" ? { ...message, id: ids.get(message.id) } : message);
			if (message.type === "closing") {
				browser.socket.end(message.code, message.reason);
			}
			await browser.settle();
		}
	}
	assert.deepEqual(rings, ["party::1.1"]);
	assert.deepEqual(results, ["refused", "done"]);
	assert.equal(pbx.get("party::1.1").state, "left");
	assert.equal(pbx.get("call::1.1").ended !== undefined, true);
	assert.equal(pbx.user, "100");
	assert.deepEqual([pbx.state, pbx.reason.code], ["closed", 4003]);
});
