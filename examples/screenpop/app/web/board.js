// The wallboard: queues, their members, and the calls of the team.

import { since } from "./clock.js";
import { el, field, List, once, setData, setText } from "./dom.js";
import { memberRow } from "./member.js";
import { title } from "./words.js";

const $ = (id) => document.getElementById(id);

export class Board {
  constructor(context) {
    this.context = context;
    this.queues = new List($("queues"), (queue) => this.queueCard(queue));
    this.members = new List($("members"), (member) => memberRow(member, context, "tr"));
    this.calls = new List($("calls"), (call) => callRow(call));
    const login = once(() => context.run(context.pbx.login($("login-queue").value, $("login-device").value), "Logged in."));
    $("login").addEventListener("submit", (event) => { event.preventDefault(); login(); });
  }

  queueCard(queue) {
    const name = el("h3"), callers = el("ul", { "aria-label": "Who waits" });
    const figure = (words, key) => el("div", {}, el("dt", {}, words), field(key, "dd"));
    const element = el("article", { "data-queue": queue.key }, name, el("dl", {},
      figure("Waiting", "waiting"), figure("Longest", "longest"), figure("Free", "free"),
      figure("Answered", "answered"), figure("Abandoned", "abandoned"), figure("In calls", "inCall")), callers);
    const set = (key, text) => setText(element.querySelector(`[data-field="${key}"]`), text);
    const list = new List(callers, (caller) => callerRow(caller));
    let shown = queue;
    const tick = () => {
      set("longest", since(shown.longest) || "0:00");
      for (const row of list.rows.values()) row.tick();
    };
    return {
      element, tick,
      update: (now) => {
        shown = now;
        setData(element, "name", now.name);
        setData(element, "waiting", now.waiting > 0);
        setText(name, now.name);
        for (const key of ["waiting", "answered", "abandoned", "inCall"]) set(key, String(now[key]));
        set("free", `${now.free}/${now.members}`);
        list.update(this.context.pbx.all("caller").filter((c) => c.queue === now.name && c.server === now.server).sort((a, b) => a.position - b.position));
        tick();
      },
    };
  }

  update() {
    const { pbx, othersMay } = this.context;
    const byName = (a, b) => a.name.localeCompare(b.name);
    const queues = pbx.all("queue").sort(byName);
    this.queues.update(queues);
    this.members.update(pbx.all("member").sort((a, b) => (a.name || a.interface).localeCompare(b.name || b.interface) || a.queue.localeCompare(b.queue)));
    const calls = pbx.all("call").filter((c) => !c.ended && !c.mergedInto).sort((a, b) => Date.parse(b.began ?? 0) - Date.parse(a.began ?? 0));
    this.calls.update(calls);
    $("no-team-calls").hidden = calls.length > 0;
    $("login").hidden = !othersMay("login");
    options($("login-queue"), queues);
    options($("login-device"), pbx.all("device").filter((d) => d.name.includes("/")).sort(byName));
  }

  tick() {
    for (const list of [this.queues, this.members, this.calls]) for (const row of list.rows.values()) row.tick?.();
  }
}

function callerRow(caller) {
  const text = el("span"), clock = field("time");
  let shown = caller;
  const tick = () => setText(clock, since(shown.joined));
  return {
    element: el("li", { "data-caller": caller.key }, text, " ", clock), tick,
    update: (now) => { shown = now; setText(text, `${now.position}. ${title(now)}`); tick(); },
  };
}

function callRow(call) {
  const from = field("from", "td"), to = field("to", "td"), queue = field("queue", "td"), parties = field("with", "td"), clock = field("time", "td");
  let shown = call;
  const tick = () => setText(clock, since(shown.answered ?? shown.began));
  return {
    element: el("tr", { "data-call": call.key }, from, to, queue, parties, clock), tick,
    update: (now) => {
      shown = now;
      setText(from, [now.from?.name, now.from?.number].filter(Boolean).join(" ") || "Unknown");
      setText(to, now.to ?? "");
      setText(queue, now.queue ?? "");
      setText(parties, (now.with ?? []).map((p) => `${p.name || p.number || p.device || "?"} (${p.state})`).join(", "));
      tick();
    },
  };
}

function options(select, items) {
  const wanted = items.map((item) => item.key).join("\n");
  if (select.dataset.keys === wanted) return;
  const chosen = select.value;
  select.replaceChildren(...items.map((item) => el("option", { value: item.key }, item.name)));
  select.dataset.keys = wanted;
  if (items.some((item) => item.key === chosen)) select.value = chosen;
}
