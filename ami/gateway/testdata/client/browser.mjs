// A browser for tests: its tabs share a clock that stands still, locks, channels and a script of the gateway.
import { webcrypto } from "node:crypto";

export class Browser {
	time = Date.parse("2026-01-01T12:00:00Z");
	timers = [];
	channels = new Set();
	locks = new Map(); // name -> { holder, queue }
	sockets = []; // every WebSocket that was made
	posts = []; // every fetch
	socketsFail = false;
	answer = undefined; // what fetch does: (post) => Response, or throws

	/** Lets what waits for nothing but promises run. */
	async settle() {
		for (let i = 0; i < 5; i++) {
			await new Promise((done) => setImmediate(done));
		}
	}

	/** Lets time go by, timer for timer. */
	async pass(ms) {
		await this.settle();
		const end = this.time + ms;
		for (;;) {
			const next = this.timers.filter((timer) => timer.at <= end && !timer.tab.frozen).sort((a, b) => a.at - b.at)[0];
			if (!next) {
				break;
			}
			this.timers.splice(this.timers.indexOf(next), 1);
			this.time = Math.max(this.time, next.at);
			next.run();
			await this.settle();
		}
		this.time = end;
	}

	get socket() {
		return this.sockets.at(-1);
	}

	/** A tab; shared: whether it has locks and channels. */
	tab({ shared = true, storage = new Map() } = {}) {
		return makeTab(this, shared, storage);
	}

	/** The lock manager of one tab. */
	lockManager(tab) {
		const all = this.locks;
		const grant = (name) => {
			const lock = all.get(name);
			const next = lock.holder ? undefined : lock.queue.shift();
			if (!next) {
				return;
			}
			lock.holder = next;
			Promise.resolve()
				.then(next.run)
				.then((value) => {
					if (lock.holder === next) {
						lock.holder = undefined;
					}
					next.resolve(value);
					grant(name);
				});
		};
		return {
			request(name, options, run) {
				if (!all.has(name)) {
					all.set(name, { holder: undefined, queue: [] });
				}
				const lock = all.get(name);
				return new Promise((resolve, reject) => {
					const wish = { tab, run, resolve, reject };
					if (options.steal) {
						lock.holder?.reject(new DOMException("stolen", "AbortError"));
						lock.holder = undefined;
						lock.queue.unshift(wish);
					} else {
						lock.queue.push(wish);
						options.signal?.addEventListener("abort", () => {
							if (lock.queue.includes(wish)) {
								lock.queue.splice(lock.queue.indexOf(wish), 1);
								reject(options.signal.reason);
							}
						});
					}
					grant(name);
				});
			},
		};
	}
}

function makeTab(browser, shared, storage) {
	const events = new EventTarget();
	const document = Object.assign(new EventTarget(), { baseURI: "https://crm.example.com/app/", visibilityState: "visible" });
	const tab = { frozen: false, lost: false };
	class Socket {
		readyState = 0;
		sent = [];
		constructor(url) {
			this.url = url;
			browser.sockets.push(this);
			if (browser.socketsFail) {
				queueMicrotask(() => this.end());
			}
		}
		send(text) {
			if (this.readyState !== 1) {
				throw new Error("a socket that is not open");
			}
			this.sent.push(JSON.parse(text));
		}
		close() {
			this.readyState = 3;
		}
		// What the script does.
		open() {
			this.readyState = 1;
			this.onopen?.();
		}
		say(...messages) {
			for (const message of messages) {
				this.onmessage?.({ data: typeof message === "string" ? message : JSON.stringify(message) });
			}
		}
		end(code = 1006, reason = "") {
			this.readyState = 3;
			this.onclose?.({ code, reason });
		}
	}
	class Clock extends Date {
		constructor(...time) {
			super(...(time.length > 0 ? time : [browser.time]));
		}
		static now() {
			return browser.time;
		}
	}
	class Channel {
		constructor(name) {
			this.name = name;
			this.tab = tab;
			browser.channels.add(this);
		}
		postMessage(data) {
			const copy = structuredClone(data);
			for (const other of browser.channels) {
				if (other !== this && other.name === this.name && !other.tab.lost && !tab.lost) {
					setImmediate(() => browser.channels.has(other) && !other.tab.lost && other.onmessage?.({ data: structuredClone(copy) }));
				}
			}
		}
		close() {
			browser.channels.delete(this);
		}
	}
	Object.assign(tab, {
		events,
		document,
		storage,
		errors: [],
		addEventListener: events.addEventListener.bind(events),
		setTimeout: (run, ms) => {
			const timer = { run, at: browser.time + ms, tab };
			browser.timers.push(timer);
			return timer;
		},
		clearTimeout: (timer) => {
			const at = browser.timers.indexOf(timer);
			if (at >= 0) {
				browser.timers.splice(at, 1);
			}
		},
		Date: Clock,
		Math: { random: () => 0.5 },
		WebSocket: Socket,
		BroadcastChannel: shared ? Channel : undefined,
		navigator: shared ? { locks: browser.lockManager(tab) } : {},
		sessionStorage: { getItem: (key) => storage.get(key) ?? null, setItem: (key, value) => storage.set(key, value) },
		crypto: webcrypto,
		console: { error: (error) => tab.errors.push(error) },
		fetch: async (url, options) => {
			const post = { url, headers: options.headers, body: JSON.parse(options.body), signal: options.signal };
			browser.posts.push(post);
			if (!browser.answer) {
				throw new TypeError("no network");
			}
			return browser.answer(post);
		},
		URL, AbortController, TextDecoder, queueMicrotask,
	});
	return tab;
}

/** The body of an event stream that the test writes. */
export function eventStream() {
	let control;
	const body = new ReadableStream({ start: (c) => void (control = c) });
	const encoder = new TextEncoder();
	return {
		response: new Response(body, { headers: { "Content-Type": "text/event-stream" } }),
		write: (text) => control.enqueue(encoder.encode(text)),
		say: (message) => control.enqueue(encoder.encode("data: " + JSON.stringify(message) + "\n\n")),
		end: () => control.close(),
		fail: () => control.error(new TypeError("reset")),
	};
}

export const welcome = (more = {}) => ({
	type: "welcome", version: 1, instance: "i1", revision: 10, resumed: false, user: "anna", now: "2026-01-01T12:00:05Z", alive: 25, ...more,
});
export const update = (revision, put = [], more = {}) => ({ type: "update", revision, put, ...more });
export const object = (key, kind, value, revision = 1) => ({ key, kind, revision, value });
export const self = object("self", "self", { devices: [{ key: "device::100", name: "PJSIP/100" }] });
export const party = (id, value = {}, revision = 1) =>
	object("party::" + id, "party", { call: "call::1", device: "PJSIP/100", state: "ringing", ringing: "2026-01-01T12:00:00Z", complete: true, ...value }, revision);
