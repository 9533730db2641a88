// The view of an agent: cards of the own calls, own queues, what rings at colleagues, and what is parked.

import { api } from "./api.js";
import { Card } from "./card.js";
import { since } from "./clock.js";
import { button, el, field, List, once, setData, setText } from "./dom.js";
import { memberRow } from "./member.js";
import { other, title } from "./words.js";

const $ = (id) => document.getElementById(id);

export class Calls {
  constructor(context) {
    this.context = context;
    this.dismissed = new Set();
    const { pbx, run } = context;
    context.dismiss = (key) => { this.dismissed.add(key); this.update(); $("view-calls").focus(); };
    this.cards = new List($("cards"), (party) => new Card(party, context));
    this.memberships = new List($("memberships"), (item) => item.kind === "queue" ? this.queueRow(item) : memberRow(item, context, "li"));
    this.ringing = new List($("ringing"), (party) => this.row("data-party", party, "pickup", "Pick up", () => run(pbx.party(party.key).pickup(), "Your phone rings: take it.")));
    this.parked = new List($("parked"), (call) => this.row("data-parked", call, "retrieve", "Retrieve", () => run(pbx.retrieve(call.key), "Your phone rings: take it.")));
    this.dialler();
  }

  // row is a call of somebody else, with one button.
  row(attribute, item, action, words, onclick) {
    const who = el("span"), tag = el("span", { class: "tag" }), space = field("space"), clock = field("time");
    const act = button(action, words, onclick);
    let shown = item;
    return {
      element: el("li", { [attribute]: item.key }, el("span", {}, who, " ", tag, " ", space, " ", clock), act),
      update: (now) => {
        shown = now;
        const caller = now.kind === "parked" ? now : other(now);
        setText(who, title(caller));
        setText(tag, now.kind === "parked" ? caller.name ? caller.number ?? "" : "" : `at ${now.name || now.device}`);
        setText(space, now.space ? `space ${now.space}` : "");
        act.setAttribute("aria-label", `${words} ${title(caller)}`);
        setText(clock, since(now.since ?? now.ringing));
      },
      tick: () => setText(clock, since(shown.since ?? shown.ringing)),
    };
  }

  // queueRow is a queue that the user sees and is no member of.
  queueRow(queue) {
    const { self, run, pbx } = this.context;
    const name = el("span"), tag = el("span", { class: "tag" });
    const login = button("login", "Log in", () => run(pbx.login(queue.key, self().devices[0].key), "You are logged in."));
    return {
      element: el("li", { "data-queue": queue.key }, el("span", {}, name, " ", tag), login),
      update: (now) => { setText(name, now.name); setText(tag, `${now.waiting} waiting`); login.setAttribute("aria-label", `Log in to ${now.name}`); },
    };
  }

  update() {
    const { pbx, isOwn, may, self, othersMay } = this.context;
    const parties = pbx.all("party");
    const known = new Set(parties.map((p) => p.key));
    for (const key of this.dismissed) if (!known.has(key)) this.dismissed.delete(key);
    const own = parties.filter((p) => isOwn(p) && !this.dismissed.has(p.key));
    own.sort((a, b) => rank(a) - rank(b) || Date.parse(b.left ?? b.began ?? 0) - Date.parse(a.left ?? a.began ?? 0));
    this.cards.update(own);
    $("no-calls").hidden = own.length > 0;

    const members = pbx.all("member").filter((m) => isOwn(m));
    const inQueue = new Set(members.map((m) => `${m.server ?? ""}/${m.queue}`));
    const rest = self().devices?.length && may("login") ? pbx.all("queue").filter((q) => !inQueue.has(`${q.server ?? ""}/${q.name}`)) : [];
    this.show("memberships", [...members.sort((a, b) => a.queue.localeCompare(b.queue)), ...rest]);
    this.show("ringing", othersMay("pickup") && self().devices?.length ? parties.filter((p) => p.state === "ringing" && !isOwn(p)) : []);
    this.show("parked", pbx.all("parked").sort((a, b) => (a.space ?? 0) - (b.space ?? 0)));
    $("dial").hidden = !(may("dial") && self().mayDial && self().devices?.length);
    return own;
  }

  show(name, items) {
    $(`section-${name}`).hidden = items.length === 0;
    this[name].update(items);
  }

  tick() {
    for (const list of [this.cards, this.memberships, this.ringing, this.parked]) for (const row of list.rows.values()) row.tick?.();
  }

  // again asks for the records once more, after the network was away.
  again() {
    for (const card of this.cards.rows.values()) if (!card.record) card.again();
  }

  dialler() {
    const input = $("dial-number"), matches = $("dial-matches");
    const close = () => { matches.hidden = true; matches.replaceChildren(); };
    const dial = once(async (number) => {
      close();
      const typed = input.value;
      const result = await this.context.run(this.context.pbx.dial(number), "Your phone rings first: take it.");
      if (result.outcome === "done" && input.value === typed) input.value = ""; // it is not dialled again by a key that is held down
    });
    $("dial").addEventListener("submit", (event) => {
      event.preventDefault();
      const number = input.value.replace(/[\s\-./()]/g, "");
      if (!number) input.focus();
      else if (/^\+?[0-9*#]+$/.test(number)) dial(number);
      else this.context.say("That is no number: choose a customer.", "refused");
    });
    let last = 0;
    input.addEventListener("input", async () => {
      const text = input.value.trim(), mine = ++last;
      if (text.length < 2 || !/\p{L}/u.test(text)) return close();
      const { customers } = await api("GET", `api/customers?search=${encodeURIComponent(text)}`).catch(() => ({}));
      if (mine !== last) return;
      matches.replaceChildren(...(customers ?? []).flatMap((c) => (c.numbers ?? []).map((number) =>
        el("li", {}, button("dial", `${c.name}${c.company ? `, ${c.company}` : ""}: ${number}`, () => { input.value = number; return dial(number); })))));
      matches.hidden = !matches.firstChild;
    });
    $("dial").addEventListener("keydown", (event) => { if (event.key === "Escape") { close(); input.focus(); } });
  }
}

// rank has what rings first, and what is over last.
const rank = (party) => ({ ringing: 0, talking: 1, calling: 1, parked: 2, left: 3 })[party.state] ?? 2;
