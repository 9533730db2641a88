/**
 * Connects to a gateway and stays connected until close. It never throws: what goes wrong is told by state.
 * All tabs of a browser that give the same url and share have one connection, where the browser has Web Locks
 * and BroadcastChannel (pages from https or localhost).
 */
export function connect(options: Options): Client;

export interface Options {
	/** Where the gateway is mounted, as "/pbx/": relative to the page, or with a host of its own. */
	url: string | URL;
	/**
	 * Fetches a ticket from the application's server; absent where a cookie says who the user is. An empty one
	 * says that nobody is signed in: "signin" follows. If it throws it is asked again later.
	 */
	ticket?: () => Promise<string | null | undefined>;
	/**
	 * Which tabs share a connection: those with the same text. Give the user's ID if tabs of one browser can be
	 * signed in as different users. False: this page has a connection of its own.
	 */
	share?: string | false;
	/** For tests: what stands for the browser. */
	window?: Window & typeof globalThis;
}

/**
 * - connecting: nothing is known yet
 * - current: what is shown is so
 * - stale: the connection is lost, and what is shown is as it was at since
 * - closed: it will not connect again: reason says why
 */
export type State = "connecting" | "current" | "stale" | "closed";

/** An object of a kind: its value with key, kind and revision. It is frozen. */
export type ObjectOf<K extends Kind> = Readonly<{ key: string; kind: K; revision: number } & Values[K]>;

/** An object of any kind; a switch over its kind tells its type. */
export type AnyObject = { [K in Kind]: ObjectOf<K> }[Kind];

/** What was changed at once. */
export interface Change {
	/** Objects that are new or have another value, as they are now. */
	put: readonly AnyObject[];
	/** Objects that there are no more, as they were. */
	deleted: readonly AnyObject[];
}

/** Each function that listens returns one that ends it. */
export interface Client {
	readonly state: State;
	/** When the state began; while it is stale: as of when what is shown was right. Undefined while connecting. */
	readonly since: Date | undefined;
	/** Why it was closed. */
	readonly reason: { code: number; reason: string } | undefined;
	/** ID of the user, once that is known. */
	readonly user: string | undefined;
	/** The time by the gateway's clock, which all times in objects are by: for timers. */
	now(): Date;

	get(key: string): AnyObject | undefined;
	all<K extends Kind>(kind: K): ObjectOf<K>[];
	/** The user's rights and devices, once they are known. */
	readonly self: ObjectOf<"self"> | undefined;

	on(event: "change", listener: (change: Change) => void): () => void;
	on(event: "state", listener: (state: State) => void): () => void;
	/** Nobody is signed in, or the session has expired: sign in, and then call reconnect. */
	on(event: "signin", listener: () => void): () => void;
	/**
	 * Once for each Party of the user's own devices that begins to ring, or does when the page is opened. In each
	 * tab; a reloaded page is not told of the same again. Where one of them is to notify, give a Notification the
	 * Party's key as its tag.
	 */
	onRing(listener: (party: ObjectOf<"party">) => void): () => void;

	/** Connects now, and does not wait for the next attempt; for use after a sign-in. */
	reconnect(): void;
	/** Ends the connection of this page; other tabs go on. */
	close(): void;

	/**
	 * Asks for something to be done. It never rejects. After a lost connection the same is sent again, and done
	 * once. Without an answer within 20 s the outcome is "unsent" or "unknown".
	 */
	act(request: Request): Promise<Result>;
	/** Calls number: the user's own phone rings first. Spaces, dots, dashes, slashes and brackets are removed. */
	dial(number: string, device?: string): Promise<Result>;
	/** Fetches a parked call. */
	retrieve(parkedKey: string, device?: string): Promise<Result>;
	pause(memberKey: string, on: boolean, reason?: string): Promise<Result>;
	login(queueKey: string, deviceKey?: string): Promise<Result>;
	logout(memberKey: string): Promise<Result>;
	note(callKey: string, text: string): Promise<Result>;
	/** What can be done with a Party. */
	party(key: string): PartyActions;
}

/** An Action without what the client adds to it. */
export type Request = Omit<Action, "type" | "id" | "instance">;

export interface PartyActions {
	readonly key: string;
	answer(): Promise<Result>;
	hangup(): Promise<Result>;
	transfer(number: string): Promise<Result>;
	consult(number: string): Promise<Result>;
	park(): Promise<Result>;
	pickup(device?: string): Promise<Result>;
	listen(device?: string): Promise<Result>;
	record(on: boolean): Promise<Result>;
	pauseRecording(on: boolean): Promise<Result>;
}
