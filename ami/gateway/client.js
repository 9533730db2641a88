// Client of a gateway for pages: see client.d.ts for what it offers, and docs/gateway.md. No dependencies.
//
// One Client is one page. Its Store has the objects. One page of those that share a connection is the leader: it has the
// Link to the gateway and repeats on a BroadcastChannel what the gateway sends. The others take from there. Each page
// keeps its own actions until they are answered, and sends them again by whoever is the leader then.

/** @typedef {import("./client.js").AnyObject} AnyObject */
/** @typedef {import("./client.js").State} State */
/** @typedef {import("./client.js").FromGateway} FromGateway */
/** @typedef {import("./client.js").Action} Action */
/** @typedef {import("./client.js").Kind} Kind */
/** @typedef {import("./client.js").Result} Result */
/** @typedef {import("./client.js").Request} Request */
/** @typedef {import("./client.js").Options} Options */
/** @typedef {Window & typeof globalThis} Browser */

const SECOND = 1000;
const CONNECT_TIMEOUT = 10 * SECOND; // from the attempt to Welcome
const MAX_DELAY = 30 * SECOND; // between two attempts
const SIGNIN_DELAY = 30 * SECOND; // while nobody is signed in
const ACTION_TIMEOUT = 20 * SECOND;
const BEAT = 20 * SECOND; // of a leader without news
const SILENT = 90 * SECOND; // a leader that says nothing for that long is not there: timers of a hidden page run once a minute
const RINGS = 50; // remembered over a reload

// Codes of message.Code that the client acts on.
const GOING_AWAY = 1001;
const EXPIRED = 4001;
const REVOKED = 4003;
const MALFORMED = 4400;
const VERSION = 4406;
const SLOW = 4408;
const TOO_MANY = 4429;
const FINAL = [REVOKED, MALFORMED, VERSION]; // another attempt would end the same

/** @type {typeof import("./client.js").connect} */
export const connect = (options) => new Client(options);

/** The objects of a user, as the gateway last told them. */
class Store {
	/** @type {Map<string, AnyObject>} */
	objects = new Map();
	instance = "";
	revision = 0;
	target = 0; // revision from which on nothing is missing
	whole = false; // no snapshot is missing or half there
	/** @type {Set<string> | undefined} keys that a snapshot has not named yet */
	unseen;

	/** Takes a message and returns what it changed. @param {FromGateway} message */
	apply(message) {
		switch (message.type) {
			case "welcome":
				this.instance = message.instance;
				this.target = message.revision;
				if (!message.resumed) {
					this.begin();
				}
				return none;
			case "reset":
				this.instance = message.instance;
				this.target = 0;
				this.begin();
				return none;
			case "update":
				return this.update(message);
		}
		return none;
	}

	/** A snapshot begins: what it does not name goes at its end, and stays until then. */
	begin() {
		this.whole = false;
		this.revision = 0;
		this.unseen = new Set(this.objects.keys());
	}

	/** @param {import("./client.js").Update} update */
	update(update) {
		/** @type {AnyObject[]} */
		const put = [];
		/** @type {AnyObject[]} */
		const deleted = [];
		for (const { key, kind, revision, value } of update.put ?? []) {
			const object = /** @type {AnyObject} */ (freeze({ ...value, key, kind, revision }));
			this.unseen?.delete(key);
			if (!same(this.objects.get(key), object)) {
				put.push(object);
			}
			this.objects.set(key, object);
		}
		for (const key of update.delete ?? []) {
			this.drop(key, deleted);
		}
		this.revision = update.revision;
		if (!update.more) {
			for (const key of this.unseen ?? []) {
				this.drop(key, deleted);
			}
			this.unseen = undefined;
			this.whole = true;
		}
		return { put, deleted };
	}

	/** @param {string} key @param {AnyObject[]} deleted */
	drop(key, deleted) {
		const object = this.objects.get(key);
		if (object) {
			this.objects.delete(key);
			deleted.push(object);
		}
	}

	/** Whether it is as the gateway has it. */
	current() {
		return this.whole && this.revision >= this.target;
	}

	/** For a page that takes over what this one has. */
	copy() {
		return {
			objects: [...this.objects.values()],
			instance: this.instance,
			revision: this.revision,
			target: this.target,
			whole: this.whole,
			unseen: this.unseen && [...this.unseen],
		};
	}

	/** Takes what copy has made, and returns what that changed. @param {ReturnType<Store["copy"]>} copy */
	replace(copy) {
		const before = this.objects;
		this.objects = new Map(copy.objects.map((object) => [object.key, freeze(object)]));
		this.instance = copy.instance;
		this.revision = copy.revision;
		this.target = copy.target;
		this.whole = copy.whole;
		this.unseen = copy.unseen && new Set(copy.unseen);
		return {
			put: [...this.objects.values()].filter((object) => !same(before.get(object.key), object)),
			deleted: [...before.values()].filter((object) => !this.objects.has(object.key)),
		};
	}
}

/** @type {{put: AnyObject[], deleted: AnyObject[]}} */
const none = { put: [], deleted: [] };

/** Whether two objects differ in nothing but their revision. @param {AnyObject | undefined} a @param {AnyObject} b */
function same(a, b) {
	return a !== undefined && JSON.stringify({ ...a, revision: 0 }) === JSON.stringify({ ...b, revision: 0 });
}

/** @template T @param {T} value @returns {T} */
function freeze(value) {
	if (value !== null && typeof value === "object") {
		Object.values(value).forEach(freeze);
		Object.freeze(value);
	}
	return value;
}

/**
 * What a connection tells its Link. Closed comes once, last, with 0 as the code if the gateway has not said why.
 * @typedef {{ opened: () => void, message: (message: FromGateway) => void, closed: (code: number, reason: string) => void }} Events
 */

/** A connection by WebSocket. */
class Socket {
	/** @param {Browser} window @param {URL} url @param {Events} events */
	constructor(window, url, events) {
		const at = new window.URL("socket", url);
		at.protocol = at.protocol === "http:" ? "ws:" : "wss:";
		this.blocked = true; // until something has come: then another failure is no reason to try the event stream
		this.socket = new window.WebSocket(at.href);
		let code = 0;
		let reason = "";
		this.socket.onopen = () => events.opened();
		this.socket.onmessage = (event) => {
			const message = parse(event.data);
			this.blocked = false;
			if (message?.type === "closing") {
				({ code, reason } = message);
			} else if (message) {
				events.message(message);
			}
		};
		this.socket.onclose = (event) => {
			if (code === 0 && (event.code >= 4000 || event.code === GOING_AWAY)) {
				({ code, reason } = event);
			}
			if (code !== 0) {
				this.blocked = false;
			}
			events.closed(code, reason);
		};
	}

	/** @param {import("./client.js").Hello} hello */
	hello(hello) {
		this.socket.send(JSON.stringify(hello));
	}

	/** Sends an action; its Result comes as a message. @param {Action} action */
	act(action) {
		if (this.socket.readyState === 1) {
			this.socket.send(JSON.stringify(action));
		}
	}

	close() {
		const socket = this.socket;
		socket.onopen = socket.onmessage = socket.onclose = null;
		socket.close();
	}
}

/** A connection by an event stream that is read with fetch, and actions by POST. */
class Stream {
	blocked = false;
	token = "";

	/** @param {Browser} window @param {URL} url @param {Events} events */
	constructor(window, url, events) {
		this.window = window;
		this.url = url;
		this.events = events;
		this.stop = new window.AbortController();
		window.queueMicrotask(() => this.events.opened());
	}

	/** @param {import("./client.js").Hello} hello */
	async hello(hello) {
		let code = 0;
		let reason = "";
		try {
			const response = await this.post("stream", hello);
			if (!response.ok) {
				({ code, reason } = await refusal(response));
			} else if (response.body) {
				for await (const message of messages(this.window, response.body)) {
					if (message.type === "closing") {
						({ code, reason } = message);
						break;
					}
					if (message.type === "welcome") {
						this.token = message.token ?? "";
					}
					this.events.message(message);
				}
			}
		} catch {
			// the network: closed says so
		}
		this.end(code, reason);
	}

	/** @param {Action} action */
	async act(action) {
		try {
			const response = await this.post("action", action);
			if (response.ok) {
				this.events.message(await response.json());
				return;
			}
			const { code, reason } = await refusal(response);
			if (code === TOO_MANY || code === MALFORMED) {
				this.events.message({ type: "result", id: action.id, outcome: "refused", reason });
			} else {
				this.end(code, reason);
			}
		} catch {
			this.end(0, ""); // whether it arrived is not known: the next connection sends it again
		}
	}

	/** @param {string} path @param {object} body */
	post(path, body) {
		return this.window.fetch(new this.window.URL(path, this.url).href, {
			method: "POST",
			headers: { "Content-Type": "application/json", ...(this.token && { Authorization: "Bearer " + this.token }) },
			body: JSON.stringify(body),
			credentials: "include",
			cache: "no-store",
			signal: this.stop.signal,
		});
	}

	/** @param {number} code @param {string} reason */
	end(code, reason) {
		const events = this.events;
		this.close();
		events.closed(code, reason);
	}

	close() {
		this.events = { opened() {}, message() {}, closed() {} };
		this.stop.abort();
	}
}

/** What a response that is not 200 says. @param {Response} response */
async function refusal(response) {
	// Without a Closing it may be of a proxy, which says nothing about the user.
	const codes = /** @type {Record<number, number>} */ ({ 400: MALFORMED, 401: EXPIRED, 413: MALFORMED, 429: TOO_MANY });
	const said = parse(await response.text().catch(() => ""));
	if (said?.type === "closing") {
		return { code: Number(said.code), reason: said.reason };
	}
	return { code: codes[response.status] ?? 0, reason: response.statusText };
}

/** The messages of an event stream. @param {Browser} window @param {ReadableStream<Uint8Array>} body */
async function* messages(window, body) {
	const reader = body.getReader();
	const decoder = new window.TextDecoder();
	let text = "";
	let data = "";
	for (;;) {
		const { done, value } = await reader.read();
		if (done) {
			return;
		}
		text += decoder.decode(value, { stream: true });
		const lines = text.split("\n");
		text = lines.pop() ?? "";
		for (const line of lines.map((line) => line.replace(/\r$/, ""))) {
			if (line.startsWith("data:")) {
				data += line.slice(5).trimStart();
			} else if (line === "" && data !== "") {
				const message = parse(data);
				data = "";
				if (message) {
					yield message;
				}
			}
		}
	}
}

/** @param {unknown} text @returns {FromGateway | undefined} */
function parse(text) {
	try {
		const message = JSON.parse(String(text));
		return typeof message?.type === "string" ? message : undefined;
	} catch {
		return undefined;
	}
}

/** Keeps a connection to the gateway: of a page that is the leader, or alone. */
class Link {
	/** @type {Socket | Stream | undefined} */
	connection;
	welcomed = false;
	useStream = false; // for the next attempt
	failures = 0;
	renewed = false; // a ticket was fetched because the session had expired
	heard = 0; // when something came last
	alive = 25 * SECOND;
	attempt = 0; // counts attempts, so that one that waits for its ticket knows whether it is the last
	closed = false;
	waiting = false; // for the time of the next attempt
	/** @type {ReturnType<typeof setTimeout> | undefined} */
	timer;

	/**
	 * @param {Browser} window @param {Options} options @param {URL} url
	 * @param {{ store: Store, message: (message: FromGateway) => void, lost: () => void, signin: () => void, refused: (code: number, reason: string) => void }} client
	 */
	constructor(window, options, url, client) {
		this.window = window;
		this.options = options;
		this.url = url;
		this.client = client;
	}

	/** Connects at once, if it is not connected. */
	async connect() {
		this.drop();
		if (this.closed) {
			return;
		}
		const attempt = ++this.attempt;
		this.after(CONNECT_TIMEOUT, () => this.fail(0, ""));
		let ticket;
		if (this.options.ticket) {
			try {
				ticket = await this.options.ticket();
			} catch {
				if (attempt === this.attempt) {
					this.fail(0, "");
				}
				return;
			}
			if (attempt !== this.attempt) {
				return;
			}
			if (!ticket) {
				this.drop();
				this.client.lost();
				this.signin();
				return;
			}
		}
		this.open(ticket ?? undefined);
	}

	/** @param {string | undefined} ticket */
	open(ticket) {
		const { store } = this.client;
		/** @type {import("./client.js").Hello} */
		const hello = { type: "hello", versions: [1], ...(ticket && { ticket }) };
		if (store.whole) {
			Object.assign(hello, { instance: store.instance, revision: store.revision });
		}
		const kind = this.useStream || !this.window.WebSocket ? Stream : Socket;
		try {
			const connection = new kind(this.window, this.url, {
				opened: () => connection.hello(hello),
				message: (message) => this.message(message),
				closed: (code, reason) => this.fail(code, reason),
			});
			this.connection = connection;
		} catch {
			this.useStream = kind === Socket;
			this.fail(0, "");
		}
	}

	/** @param {FromGateway} message */
	message(message) {
		this.heard = this.window.Date.now();
		if (message.type === "welcome") {
			this.welcomed = true;
			this.alive = Math.max(1, message.alive) * SECOND;
		}
		if (this.welcomed) {
			this.after(2 * this.alive, () => this.fail(0, ""));
		}
		this.client.message(message);
		if (this.client.store.current()) {
			this.failures = 0;
			this.renewed = false;
		}
	}

	/** The connection has ended, or could not be made. @param {number} code @param {string} reason */
	fail(code, reason) {
		const { welcomed } = this;
		const blocked = this.connection?.blocked === true && !welcomed;
		this.drop();
		this.client.lost();
		if (FINAL.includes(code) && (welcomed || code !== MALFORMED)) { // before that it may be a Hello that came too late
			this.close();
			this.client.refused(code, reason);
			return;
		}
		if (code === EXPIRED) {
			if (this.options.ticket && !this.renewed) {
				this.renewed = true; // by another ticket; if that is no better the user has to sign in
				this.retry(0);
			} else {
				this.signin();
			}
			return;
		}
		this.useStream = blocked;
		if (blocked) {
			this.retry(0);
			return;
		}
		if (code === SLOW || code === TOO_MANY || code === MALFORMED) {
			this.failures = Math.max(this.failures, 4);
		}
		const limit = Math.min(MAX_DELAY, SECOND * 2 ** this.failures++);
		this.retry((limit * (1 + this.window.Math.random())) / 2);
	}

	/** Nobody is signed in. */
	signin() {
		this.client.signin();
		this.retry(SIGNIN_DELAY);
	}

	/** @param {number} ms */
	retry(ms) {
		this.after(ms, () => this.connect());
		this.waiting = true;
	}

	/** The network is back, or somebody looks: connects now, unless a connection lives or is being made. */
	wake() {
		const silent = this.welcomed && this.window.Date.now() - this.heard > 2 * this.alive;
		if (silent) {
			this.client.lost();
		}
		if (silent || this.waiting) {
			this.failures = 0;
			void this.connect();
		}
	}

	/** The network is gone: what is shown may be old from now on. */
	offline() {
		if (!this.closed && this.connection) {
			this.failures = 0;
			this.fail(0, "");
		}
	}

	drop() {
		this.window.clearTimeout(this.timer);
		this.waiting = false;
		this.attempt++;
		this.connection?.close();
		this.connection = undefined;
		this.welcomed = false;
	}

	close() {
		this.closed = true;
		this.drop();
	}

	/** @param {Action} action @returns {boolean} whether it may have been sent */
	act(action) {
		if (!this.welcomed || !this.connection) {
			return false;
		}
		void this.connection.act(action);
		return true;
	}

	/** One timer does for an attempt, for silence and for the next attempt. @param {number} ms @param {() => void} run */
	after(ms, run) {
		this.window.clearTimeout(this.timer);
		this.timer = this.window.setTimeout(run, ms);
	}
}

/**
 * What pages that share a connection say to each other. All but join, action and reconnect are the leader's.
 * @typedef {{ what: "join" | "reconnect" | "beat" | "signin" }
 *   | { what: "action", action: Action }
 *   | { what: "message", message: FromGateway }
 *   | { what: "state", status: Status }
 *   | { what: "snapshot", store: ReturnType<Store["copy"]>, status: Status }} Said
 * @typedef {{ state: State, since?: Date | undefined, reason?: { code: number, reason: string } | undefined, user?: string | undefined, skew: number }} Status
 */

/** The pages that share a connection: who of them is the leader, and what they say to each other. */
class Tabs {
	leads = false;
	id = "";
	last = ""; // the leader that was heard last
	count = 0; // what it has said, or this page as the leader
	/** @type {(() => void) | undefined} gives the lead away */
	release;
	/** @type {AbortController | undefined} */
	wish;
	/** @type {ReturnType<typeof setTimeout> | undefined} */
	timer;

	/**
	 * @param {Browser} window @param {string} name
	 * @param {{ lead: () => void, follow: () => void, silent: () => void, said: (said: Said) => void }} page
	 */
	constructor(window, name, page) {
		this.window = window;
		this.name = name;
		this.page = page;
		this.id = randomID(window);
		this.channel = new window.BroadcastChannel(name);
		this.channel.onmessage = (event) => this.hear(event.data);
	}

	/** Wishes to be the leader, and asks the one that there is for what it has. @param {boolean} steal */
	enter(steal) {
		this.leave();
		const wish = new this.window.AbortController();
		this.wish = wish;
		const hold = () => {
			if (wish.signal.aborted) {
				return Promise.resolve();
			}
			this.leads = true;
			this.count = 0;
			this.beat();
			this.page.lead();
			return /** @type {Promise<void>} */ (new Promise((resolve) => (this.release = resolve)));
		};
		const options = steal ? { steal } : { signal: wish.signal };
		this.window.navigator.locks.request(this.name, options, hold).catch(() => {
			if (!wish.signal.aborted) {
				this.page.follow(); // somebody took the lead away: this page was asleep
				this.enter(false);
			}
		});
		if (!this.leads) {
			this.watch();
			this.say({ what: "join" });
		}
	}

	/** Gives the lead away, and does not wish for it. */
	leave() {
		this.window.clearTimeout(this.timer);
		this.leads = false;
		this.wish?.abort();
		this.release?.();
		this.wish = this.release = undefined;
	}

	close() {
		this.leave();
		this.channel.close();
	}

	/** @param {Said} said */
	say(said) {
		this.channel.postMessage({ from: this.id, leads: this.leads, count: this.leads ? ++this.count : 0, said });
		if (this.leads) {
			this.beat();
		}
	}

	/** @param {{ from: string, leads: boolean, count: number, said: Said }} heard */
	hear({ from, leads, count, said }) {
		const over = said.what === "state" && said.status.state === "closed"; // of a leader before, by now
		if (this.wish === undefined || (leads === this.leads && !over)) {
			return; // of one follower to the leader, or of a leader that does not know yet that it is none
		}
		if (leads && !over) {
			this.watch();
			const missed = from !== this.last || count !== this.count + 1;
			this.last = from;
			this.count = count;
			if (missed && said.what !== "snapshot") {
				this.say({ what: "join" });
				return;
			}
		}
		this.page.said(said);
	}

	/** A leader tells that it is there, even if nothing happens. */
	beat() {
		this.window.clearTimeout(this.timer);
		this.timer = this.window.setTimeout(() => this.say({ what: "beat" }), BEAT);
	}

	/** A leader that says nothing any more hangs: take the lead. */
	watch() {
		this.window.clearTimeout(this.timer);
		this.timer = this.window.setTimeout(() => {
			this.page.silent();
			this.enter(true);
		}, SILENT);
	}
}

/** An action that has no Result yet. @typedef {{ action: Action, sent: boolean, settle: (result: Result) => void }} Pending */

/** The Client of client.d.ts: what pages use of it comes first. */
class Client {
	/** @type {Browser} */
	#window;
	#options;
	#url;
	#store = new Store();
	/** @type {Link | undefined} */
	#link;
	/** @type {Tabs | undefined} */
	#tabs;
	/** @type {Status} */
	#status = { state: "connecting", skew: 0 };
	#complete = false; // the store was current before the last change
	/** @type {Map<string, Pending>} */
	#pending = new Map();
	/** @type {Record<"change" | "state" | "signin" | "ring", Set<(argument: any) => void>>} */
	#listeners = { change: new Set(), state: new Set(), signin: new Set(), ring: new Set() };
	#rings;
	#ended = new AbortController(); // ends listening to the page

	/** @param {Options} options */
	constructor(options) {
		const window = (this.#window = options.window ?? globalThis.window);
		this.#options = options;
		this.#url = new window.URL(options.url, window.document.baseURI);
		if (!this.#url.pathname.endsWith("/")) {
			this.#url.pathname += "/";
		}
		const name = "asterisk-go " + this.#url.href + " " + (options.share || "");
		this.#rings = new Rings(window, name);
		this.#listen();
		if (options.share !== false && window.navigator.locks && window.BroadcastChannel) {
			this.#tabs = new Tabs(window, name, {
				lead: () => this.#lead(),
				follow: () => this.#rest(),
				silent: () => this.#lost(this.#window.Date.now() - SILENT),
				said: (said) => this.#said(said),
			});
			this.#tabs.enter(false);
		} else {
			this.#lead();
		}
	}

	get state() {
		return this.#status.state;
	}

	get since() {
		return this.#status.since;
	}

	get reason() {
		return this.#status.reason;
	}

	get user() {
		return this.#status.user;
	}

	get self() {
		return this.all("self")[0];
	}

	now() {
		return new this.#window.Date(this.#window.Date.now() + this.#status.skew);
	}

	/** @param {string} key */
	get(key) {
		return this.#store.objects.get(key);
	}

	/**
	 * @template {Kind} K
	 * @param {K} kind
	 * @returns {import("./client.js").ObjectOf<K>[]}
	 */
	all(kind) {
		return /** @type {any} */ ([...this.#store.objects.values()].filter((object) => object.kind === kind));
	}

	/** @param {"change" | "state" | "signin"} event @param {(argument: any) => void} listener */
	on(event, listener) {
		return this.#add(event, listener);
	}

	/** @param {(party: import("./client.js").ObjectOf<"party">) => void} listener */
	onRing(listener) {
		const end = this.#add("ring", listener);
		this.#window.queueMicrotask(() => this.#ring(this.all("party")));
		return end;
	}

	reconnect() {
		if (this.#link) {
			this.#link.wake();
		} else if (this.state !== "closed") {
			this.#tabs?.say({ what: "reconnect" });
		}
	}

	close() {
		this.#close({ code: 1000, reason: "" });
	}

	/** @param {Request} request @returns {Promise<Result>} */
	act(request) {
		/** @type {Action} */
		const action = { ...request, type: "action", id: randomID(this.#window) };
		return new Promise((resolve) => {
			if (this.state === "closed") {
				resolve(unanswered(action.id, false));
				return;
			}
			/** @type {Pending} */
			const pending = { action, sent: false, settle: resolve };
			const timer = this.#window.setTimeout(() => this.#settle(unanswered(action.id, pending.sent)), ACTION_TIMEOUT);
			pending.settle = (result) => {
				this.#window.clearTimeout(timer);
				resolve(result);
			};
			this.#pending.set(action.id, pending);
			this.#send(pending);
		});
	}

	/** @param {string} number @param {string} [device] */
	dial(number, device) {
		return this.act(request("dial", { number: digits(number), device }));
	}

	/** @param {string} key @param {string} [device] */
	retrieve(key, device) {
		return this.act(request("retrieve", { key, device }));
	}

	/** @param {string} key @param {boolean} on @param {string} [reason] */
	pause(key, on, reason) {
		return this.act(request("pause", { key, on, reason }));
	}

	/** @param {string} key @param {string} [device] */
	login(key, device) {
		return this.act(request("login", { key, device }));
	}

	/** @param {string} key */
	logout(key) {
		return this.act(request("logout", { key }));
	}

	/** @param {string} key @param {string} text */
	note(key, text) {
		return this.act(request("note", { key, text }));
	}

	/** @param {string} key @returns {import("./client.js").PartyActions} */
	party(key) {
		/** @param {import("./client.js").Name} name @param {Partial<Request>} [more] */
		const act = (name, more) => this.act(request(name, { key, ...more }));
		return {
			key,
			answer: () => act("answer"),
			hangup: () => act("hangup"),
			transfer: (number) => act("transfer", { number: digits(number) }),
			consult: (number) => act("consult", { number: digits(number) }),
			park: () => act("park"),
			pickup: (device) => act("pickup", request("pickup", { device })),
			listen: (device) => act("listen", request("listen", { device })),
			record: (on) => act("record", { on }),
			pauseRecording: (on) => act("pauseRecording", { on }),
		};
	}

	/** @param {"change" | "state" | "signin" | "ring"} event @param {(argument: any) => void} listener */
	#add(event, listener) {
		const own = (/** @type {any} */ argument) => listener(argument); // the same function may be added twice
		this.#listeners[event].add(own);
		return () => void this.#listeners[event].delete(own);
	}

	/** A listener that throws stops nothing. @param {"change" | "state" | "signin" | "ring"} event @param {unknown} argument */
	#emit(event, argument) {
		for (const listener of [...this.#listeners[event]]) {
			try {
				listener(argument);
			} catch (error) {
				this.#window.console.error(error);
			}
		}
	}

	/** What the page tells of itself. */
	#listen() {
		const { document } = this.#window;
		const options = { signal: this.#ended.signal };
		const wake = () => this.#link?.wake();
		this.#window.addEventListener("online", wake, options);
		this.#window.addEventListener("offline", () => this.#link?.offline(), options);
		document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && wake(), options);
		// A frozen page can't lead, nor hear; one that comes back from the cache of history neither has heard anything.
		document.addEventListener("freeze", () => this.#freeze(), options);
		document.addEventListener("resume", () => this.#resume(), options);
		this.#window.addEventListener("pagehide", (event) => event.persisted && this.#freeze(), options);
		this.#window.addEventListener("pageshow", (event) => event.persisted && this.#resume(), options);
	}

	#freeze() {
		this.#rest();
		this.#tabs?.leave();
	}

	#resume() {
		if (this.#tabs && !this.#tabs.wish) {
			this.#tabs.enter(false);
		} else if (!this.#tabs && !this.#link) {
			this.#lead();
		}
	}

	/** This page has the connection from now on. */
	#lead() {
		const link = new Link(this.#window, this.#options, this.#url, {
			store: this.#store,
			message: (message) => this.#message(message),
			lost: () => this.#lost(link.heard),
			signin: () => {
				this.#tabs?.say({ what: "signin" });
				this.#emit("signin", undefined);
			},
			refused: (code, reason) => this.#close({ code, reason }),
		});
		this.#link = link;
		if (this.state === "current") {
			this.#set({ state: "stale", since: new this.#window.Date() });
		}
		this.#tabs?.say({ what: "snapshot", store: this.#store.copy(), status: this.#status });
		void link.connect();
	}

	/** This page no longer has the connection. */
	#rest() {
		const link = this.#link;
		this.#link = undefined;
		link?.close();
		this.#lost(link?.heard);
	}

	/** A message of the gateway, from the connection or the leader. @param {FromGateway} message */
	#message(message) {
		if (this.#link) {
			this.#tabs?.say({ what: "message", message });
		}
		if (message.type === "result") {
			this.#settle(message);
			return;
		}
		this.#changed(this.#store.apply(message));
		if (message.type === "welcome") {
			const now = this.#window.Date.parse(message.now);
			const skew = now > 0 ? now - this.#window.Date.now() : 0;
			this.#set({ ...this.#status, user: message.user, skew });
		}
		if (this.#link && this.#store.current() && this.state !== "current") {
			this.#set({ state: "current", since: new this.#window.Date() });
		}
		if (message.type === "welcome") {
			this.#sendAll();
		}
	}

	/** What the leader says, or another page to this one as the leader. @param {Said} said */
	#said(said) {
		switch (said.what) {
			case "join":
				this.#tabs?.say({ what: "snapshot", store: this.#store.copy(), status: this.#status });
				break;
			case "action":
				this.#link?.act(said.action);
				break;
			case "reconnect":
				this.#link?.wake();
				break;
			case "snapshot":
				this.#changed(this.#store.replace(said.store));
				this.#set(said.status);
				this.#sendAll();
				break;
			case "message":
				this.#message(said.message);
				break;
			case "state":
				this.#set(said.status);
				break;
			case "signin":
				this.#emit("signin", undefined);
				break;
		}
	}

	/** @param {{put: AnyObject[], deleted: AnyObject[]}} change */
	#changed(change) {
		if (change.put.length > 0 || change.deleted.length > 0) {
			this.#emit("change", change);
		}
		const current = this.#store.current();
		if (current) {
			const all = !this.#complete || change.put.some((object) => object.kind === "self");
			this.#ring(all ? this.all("party") : change.put);
		}
		this.#complete = current;
	}

	/** Tells of those that ring at a device of the user, once each. @param {AnyObject[]} objects */
	#ring(objects) {
		if (this.#listeners.ring.size === 0 || !this.#store.current()) {
			return; // who listens later is told then
		}
		const own = this.self?.devices ?? [];
		for (const party of objects) {
			if (
				party.kind === "party" &&
				party.state === "ringing" &&
				own.some((device) => device.name === party.device && device.server === party.server) &&
				this.#rings.add(party.key + " " + (party.ringing ?? party.began ?? ""))
			) {
				this.#emit("ring", party);
			}
		}
	}

	/** The connection is gone. @param {number | undefined} heard when something came last */
	#lost(heard) {
		if (this.state === "current") {
			this.#set({ state: "stale", since: heard ? new this.#window.Date(heard) : this.since });
		}
	}

	/** @param {Partial<Status>} status */
	#set(status) {
		const before = this.state;
		if (before === "closed") {
			return;
		}
		this.#status = { ...this.#status, ...status };
		if (this.#link) {
			this.#tabs?.say({ what: "state", status: this.#status });
		}
		if (this.state !== before) {
			this.#emit("state", this.state);
		}
		if (this.state === "closed") {
			this.#end();
		}
	}

	/** @param {{ code: number, reason: string }} reason */
	#close(reason) {
		if (reason.code === 1000) {
			this.#link?.close();
			this.#link = undefined; // the other pages go on, by another leader
		}
		this.#set({ state: "closed", since: new this.#window.Date(), reason });
	}

	#end() {
		this.#ended.abort();
		this.#link?.close();
		this.#link = undefined;
		this.#tabs?.close();
		for (const { action, sent } of this.#pending.values()) {
			this.#settle(unanswered(action.id, sent));
		}
	}

	/** @param {Result} result */
	#settle(result) {
		const pending = this.#pending.get(result.id);
		this.#pending.delete(result.id);
		pending?.settle(result);
	}

	/** A new connection, or a new leader: what has no answer is sent again, as it was. */
	#sendAll() {
		for (const pending of this.#pending.values()) {
			this.#send(pending);
		}
	}

	/** @param {Pending} pending */
	#send(pending) {
		if (this.#store.instance === "") {
			return; // there was no connection yet
		}
		pending.action.instance ??= this.#store.instance;
		if (this.#link) {
			pending.sent = this.#link.act(pending.action) || pending.sent;
		} else if (this.#tabs) {
			pending.sent ||= this.state === "current";
			this.#tabs.say({ what: "action", action: pending.action });
		}
	}
}

/** Which Parties were told of as ringing; over a reload of the page, where the browser keeps it. */
class Rings {
	/** @param {Browser} window @param {string} name */
	constructor(window, name) {
		this.name = name;
		/** @type {string[]} */
		this.told = [];
		try {
			this.storage = window.sessionStorage;
			const kept = JSON.parse(this.storage.getItem(name) ?? "[]");
			this.told = Array.isArray(kept) ? kept : [];
		} catch {
			// not allowed here: a reload tells once more
		}
	}

	/** Reports whether it is a new one. @param {string} ring */
	add(ring) {
		if (this.told.includes(ring)) {
			return false;
		}
		this.told = [...this.told, ring].slice(-RINGS);
		try {
			this.storage?.setItem(this.name, JSON.stringify(this.told));
		} catch {
			// full, or not allowed
		}
		return true;
	}
}

/** A Request without what is undefined. @param {import("./client.js").Name} action @param {Partial<{[K in keyof Request]: Request[K] | undefined}>} more @returns {Request} */
function request(action, more) {
	return { ...JSON.parse(JSON.stringify(more)), action };
}

/** Leaves out what people write between digits. @param {string} number */
function digits(number) {
	return number.replace(/[\s().\/-]/g, "");
}

/** @param {string} id @param {boolean} sent @returns {Result} */
function unanswered(id, sent) {
	return sent
		? { type: "result", id, outcome: "unknown", reason: "The connection was lost. It is not known whether this was done." }
		: { type: "result", id, outcome: "unsent", reason: "There is no connection to the telephone system." };
}

/** 128 random bits; crypto.randomUUID is for pages from https or localhost alone. @param {Browser} window */
function randomID(window) {
	const bytes = window.crypto.getRandomValues(new Uint8Array(16));
	return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
