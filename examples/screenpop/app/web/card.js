// A card: one Party of the user's own devices, and who it talks with. It follows the Party when that is connected with somebody else.

import { api } from "./api.js";
import { since, time, day, duration } from "./clock.js";
import { button, el, field, List, once, setData, setText } from "./dom.js";
import { causeOf, directions, other, partyState, results, title } from "./words.js";

let made = 0; // for IDs

export class Card {
  // context is {pbx, settings, run(promise, done), may(action), device(party), dismiss(key)}.
  constructor(party, context) {
    this.key = party.key;
    this.context = context;
    this.record = null;
    this.asked = null; // the number that record is of
    this.who = {}; // whom the call is with, or was until the others hung up first
    this.element = this.build();
    this.notes = new List(this.part("notes"), (note) => this.makeNote(note));
    this.history = new List(this.part("history"), () => this.makePast());
  }

  part = (list) => this.element.querySelector(`[data-list="${list}"]`);
  field = (name) => this.element.querySelector(`[data-field="${name}"]`);
  action = (name) => this.element.querySelector(`[data-action="${name}"]`);
  get call() { return this.context.pbx.party(this.key); }

  build() {
    const id = `card-${++made}`;
    return el("article", { class: "card", "data-party": this.key, tabindex: "-1", "aria-labelledby": id },
      el("div", { class: "card-head" },
        el("div", {}, el("h2", { id, "data-field": "name" }), field("number")),
        el("div", { class: "card-state" }, field("state", "p"), el("p", { class: "times" },
          this.timer("Ring", "ring-time"), this.timer("Talk", "talk-time"), this.timer("Hold", "hold-time")))),
      el("p", { class: "facts" }, field("direction"), field("did"), field("queue"), field("others"), field("recording"), field("ending")),
      this.buildButtons(),
      this.buildRecord(id));
  }

  timer = (words, name) => el("span", { hidden: true }, `${words} `, field(name));

  buildButtons() {
    const { run } = this.context;
    const number = el("input", { type: "tel", "data-field": "transfer-number", "aria-label": "Number to transfer to", placeholder: "Transfer to…" });
    this.transfer = el("form", { class: "transfer", hidden: true }, number,
      button("transfer", "Transfer now", () => this.sendTransfer("transfer", number)),
      button("consult", "Ask first", () => this.sendTransfer("consult", number)));
    const submit = once(() => this.sendTransfer("transfer", number));
    this.transfer.addEventListener("submit", (event) => { event.preventDefault(); submit(); });
    this.transfer.addEventListener("keydown", (event) => { if (event.key === "Escape") this.openTransfer(false); });
    return el("div", {},
      el("div", { class: "buttons" },
        button("answer", "Answer", () => run(this.call.answer(), "Your phone answers.")),
        button("hangup", "Hang up", () => run(this.call.hangup(), "The call is ended.")),
        button("transfer-open", "Transfer…", () => this.openTransfer(this.transfer.hidden)),
        button("park", "Park", () => run(this.call.park(), "The call is parked.")),
        button("record", "Record", () => run(this.call.record(!this.party.recording), this.party.recording ? "The recording is ended." : "The call is recorded.")),
        button("pauseRecording", "Pause recording", () => run(this.call.pauseRecording(this.party.recording === "running"), "Done.")),
        button("callback", "Call back", () => run(this.context.pbx.dial(this.who.number), "Your phone rings first: take it.")),
        button("dismiss", "Dismiss", () => this.context.dismiss(this.key))),
      this.transfer);
  }

  openTransfer(open) {
    this.transfer.hidden = !open;
    this.action("transfer-open").setAttribute("aria-expanded", open);
    (open ? this.transfer.querySelector("input") : this.action("transfer-open")).focus();
  }

  async sendTransfer(how, input) {
    const number = input.value.trim();
    if (!number) return input.focus();
    const words = how === "transfer" ? "The caller is transferred." : "Talk to them; hang up to connect the caller.";
    const result = await this.context.run(this.call[how](number), words);
    if (result?.outcome === "done") {
      input.value = "";
      this.transfer.hidden = true;
    }
  }

  buildRecord(id) {
    const text = el("textarea", { rows: 1, maxlength: 2000, "data-field": "note-text", "aria-label": "New note", placeholder: "New note" });
    return el("div", { class: "record", hidden: true },
      el("p", {}, el("strong", { "data-field": "customer-name" }), " ", field("company"), " ", el("span", { class: "quiet", "data-field": "remark" })),
      el("div", { class: "buttons" },
        button("createCustomer", "New customer", () => this.create()),
        el("a", { "data-action": "crm", target: "_blank", rel: "noopener noreferrer", hidden: true }, "Open in CRM")),
      el("div", { class: "two" },
        el("div", {}, el("h3", { id: `${id}-notes` }, "Open notes"), el("ul", { "data-list": "notes", "aria-labelledby": `${id}-notes` })),
        el("div", {}, el("h3", { id: `${id}-history` }, "Earlier calls"), el("ul", { "data-list": "history", "aria-labelledby": `${id}-history` }))),
      el("div", { class: "note" }, text, button("note", "Save note", () => this.saveNote(text))));
  }

  makeNote(note) {
    const id = `note-${++made}`;
    const box = el("input", { type: "checkbox", id });
    box.addEventListener("change", () => this.change(api("PUT", `api/notes/${note.id}`, { done: box.checked }), "The note is done."));
    const text = el("span"), meta = el("span", { class: "tag" });
    return {
      element: el("li", { "data-note": note.id }, box, el("label", { for: id }, text, " ", meta)),
      update: (n) => { setText(text, n.text); setText(meta, `${n.author}, ${day(n.made)}`); },
    };
  }

  makePast() {
    const text = el("span");
    return {
      element: el("li", {}, text),
      update: (c) => setText(text, [day(c.began), directions[c.direction], c.queue, results[c.result] ?? c.result,
        c.answered && duration(Date.parse(c.ended) - Date.parse(c.answered))].filter(Boolean).join(" · ")),
    };
  }

  update(party) {
    this.party = party;
    if (party.with?.length) this.who = other(party);
    const { element, who } = this;
    setData(element, "state", party.state);
    setData(element, "ending", party.ending);
    setData(element, "number", who.number);
    setData(element, "held", Boolean(party.held));
    setData(element, "onhold", Boolean(party.onHold));
    this.updateWho();
    setText(this.field("state"), partyState(party) + (party.doubtful ? " (being checked)" : ""));
    setText(this.field("direction"), directions[party.direction] ?? "");
    setText(this.field("did"), party.did ? `Called ${party.did}` : "");
    setText(this.field("queue"), party.queue ? `Queue ${party.queue}` : "");
    setText(this.field("others"), party.others ? `and ${party.others} more` : "");
    setText(this.field("recording"), { running: "Recording", paused: "Recording paused" }[party.recording] ?? "");
    setText(this.field("ending"), party.left ? [time(party.left), causeOf(party)].filter(Boolean).join(", ") : "");
    this.updateButtons(party);
    this.tick();
    if (who.number !== this.asked) this.look(who.number);
  }

  // updateWho shows a name, and the number beside it.
  updateWho() {
    const { who, record } = this;
    const name = record?.customer?.name || who.name;
    setText(this.field("name"), name || title(who));
    setText(this.field("number"), name ? who.number ?? "" : "");
  }

  updateButtons(party) {
    const { may, device, self, settings } = this.context;
    const here = party.state !== "left";
    const talks = party.state === "talking";
    const own = device(party);
    const shown = {
      answer: party.state === "ringing" && own?.canAnswer && may("answer"),
      hangup: here && may("hangup"),
      "transfer-open": talks && (may("transfer") || may("consult")),
      park: talks && may("park"),
      record: talks && may("record"),
      pauseRecording: here && party.recording && may("pauseRecording"),
      callback: !here && self().mayDial && self().devices?.length && /^\+?[0-9*#]+$/.test(this.who.number ?? ""),
      dismiss: !here,
    };
    for (const [action, show] of Object.entries(shown)) this.action(action).hidden = !show;
    this.action("transfer").hidden = !may("transfer");
    this.action("consult").hidden = !may("consult");
    if (!talks) this.transfer.hidden = true;
    setText(this.action("record"), party.recording ? "End recording" : "Record");
    setText(this.action("pauseRecording"), party.recording === "paused" ? "Resume recording" : "Pause recording");
    const crm = this.action("crm"), { number } = this.who;
    crm.hidden = !settings.customerURL || !number;
    if (!crm.hidden) crm.href = settings.customerURL.replaceAll("{number}", encodeURIComponent(number));
  }

  // tick shows the time; it is called each second.
  tick() {
    const { ringing, answered, held, left } = this.party;
    this.setTimer("ring-time", ringing && since(ringing, answered ?? left));
    this.setTimer("talk-time", answered && since(answered, left));
    this.setTimer("hold-time", held && !left && since(held));
  }

  setTimer(name, text) {
    const element = this.field(name);
    element.parentElement.hidden = !text;
    setText(element, text || "");
  }

  // look fetches what is known of the number. A later answer about an earlier number is dropped.
  async look(number) {
    this.asked = number;
    this.show(null);
    if (!number) return;
    try {
      const record = await api("GET", `api/customers?number=${encodeURIComponent(number)}`);
      if (this.asked === number) this.show(record);
    } catch {
      if (this.asked === number) this.asked = null; // the next change of the Party, or the connection, asks again
    }
  }

  again() {
    const { number } = this.who;
    if (number) return this.look(number);
  }

  show(record) {
    this.record = record;
    const customer = record?.customer;
    this.element.querySelector(".record").hidden = !record;
    setData(this.element, "customer", customer?.id);
    this.updateWho();
    setText(this.field("customer-name"), customer?.name ?? (record ? "Not a customer yet" : ""));
    setText(this.field("company"), customer?.company ?? "");
    setText(this.field("remark"), customer?.remark ?? "");
    this.action("createCustomer").hidden = !record || Boolean(customer) || !/^\+?[0-9]+$/.test(record.number);
    this.notes.update(record?.notes ?? [], (note) => note.id);
    this.history.update(record?.calls ?? [], (call) => `${call.server ?? ""}/${call.id}`);
  }

  create() {
    const { who } = this;
    return this.change(api("POST", "api/customers", { number: this.record.number, name: who.name ?? "" }), "The customer has a record now.");
  }

  async saveNote(input) {
    const text = input.value.trim();
    if (!text) return input.focus();
    const customer = this.record?.customer;
    const saved = customer
      ? await this.change(api("POST", `api/customers/${customer.id}/notes`, { text }), "The note is saved.")
      : (await this.context.run(this.context.pbx.note(this.party.call, text), "The note is saved."))?.outcome === "done";
    if (!saved) return;
    input.value = "";
    if (!customer) this.again();
  }

  // change tells what became of a change of the record, and shows it.
  async change(promise, done) {
    try {
      await promise;
      this.context.say(done, "done");
      await this.again();
      return true;
    } catch (err) {
      this.context.say(err.message, "refused");
      return false;
    }
  }
}
