// The page: who is signed in, the connection to the gateway, and the two views.

import { connect } from "/pbx/client.js";
import { api } from "./api.js";
import { Board } from "./board.js";
import { Calls } from "./calls.js";
import { follow, time } from "./clock.js";
import { setText } from "./dom.js";
import * as notify from "./notify.js";
import { other, outcome, title } from "./words.js";

const $ = (id) => document.getElementById(id);
const tabs = new BroadcastChannel("screenpop"); // a sign-out ends all tabs

let page = null; // {pbx, calls, board, ends}

function view(name) {
  document.body.dataset.view = name;
  $("view-signin").hidden = name !== "signin";
  $("app").hidden = name === "signin";
  $("view-calls").hidden = name !== "calls";
  $("view-board").hidden = name !== "board";
  for (const [button, of] of [["nav-calls", "calls"], ["nav-board", "board"]]) {
    if (name === of) $(button).setAttribute("aria-current", "page");
    else $(button).removeAttribute("aria-current");
  }
  $("skip").href = `#view-${name}`;
}

let saying = 0;
function say(words, result) {
  setText($("message"), words);
  $("message").dataset.outcome = result;
  $("message").hidden = false;
  clearTimeout(saying);
  saying = setTimeout(() => { $("message").hidden = true; }, 8000);
}

// run says what became of an action.
async function run(promise, done) {
  const result = await promise;
  say(outcome(result, done), result.outcome);
  return result;
}

function begin(settings) {
  const pbx = connect({ url: new URL("/pbx/", location.href).href, share: settings.id });
  follow(pbx);
  const self = () => pbx.self ?? {};
  const device = (o) => self().devices?.find((d) => (d.server ?? "") === (o.server ?? "") && (d.name === o.device || d.name === o.interface));
  const may = (action) => self().actions?.includes(action) ?? false;
  const othersMay = (action) => self().others?.includes(action) ?? false;
  const isOwn = (o) => Boolean(device(o));
  const mayMember = (member, action) => (isOwn(member) ? may(action) : othersMay(action));
  const context = { pbx, settings, self, device, may, othersMay, isOwn, mayMember, run, say };
  const calls = new Calls(context);
  const board = settings.role === "supervisor" ? new Board(context) : null;
  page = { pbx, calls, board, ends: [] };

  setText($("who"), settings.name);
  $("nav").hidden = !board;
  view(board && !settings.hasDevices ? "board" : "calls");
  notify.offer($("notify"));
  let due = false;
  const draw = () => {
    if (due) return;
    due = true;
    // Not requestAnimationFrame, which stands still in a tab that is not looked at: the title has to change there, too.
    queueMicrotask(() => { due = false; if (page?.pbx === pbx) update(page); });
  };
  page.ends.push(
    pbx.on("change", draw),
    pbx.on("state", () => { draw(); if (pbx.state === "current") calls.again(); }),
    pbx.on("signin", () => leave()),
    pbx.onRing((party) => {
      if (!isOwn(party)) return;
      setText($("announce"), `${title(other(party))} calls${party.queue ? ` for ${party.queue}` : ""}`);
      notify.ring(party);
    }));
  const ticking = setInterval(() => { calls.tick(); board?.tick(); }, 1000);
  page.ends.push(() => clearInterval(ticking));
  draw();
}

function update({ calls, board }) {
  notify.badge(calls.update());
  board?.update();
  connection(page.pbx);
}

// connection says what of the page is old, and since when.
function connection(pbx) {
  document.body.dataset.connection = pbx.state;
  const old = pbx.all("server").filter((s) => s.state !== "current");
  const words = {
    connecting: "Connecting…",
    stale: `No connection${pbx.since ? ` since ${time(pbx.since)}` : ""}: what you see is as it was then. Trying again…`,
    closed: `The connection was ended: ${pbx.reason?.reason ?? ""}. Reload the page to try again.`,
    current: old.map((s) => `The telephone system${s.name ? ` ${s.name}` : ""} can't be reached${s.since ? ` since ${time(s.since)}` : ""}: its calls are shown as they were then.`).join(" "),
  }[pbx.state];
  setText($("connection"), words ?? "");
  $("connection").hidden = !words;
}

// leave goes back to the sign-in, and forgets everything that was shown.
function leave() {
  if (page) {
    for (const end of page.ends) end();
    page.pbx.close();
    page = null;
    location.reload(); // nothing of one user is left for the next
    return;
  }
  document.body.dataset.connection = "closed";
  view("signin");
  $("signin-name").focus();
}

$("signin").addEventListener("submit", async (event) => {
  event.preventDefault();
  setText($("signin-error"), "");
  $("signin-submit").disabled = true;
  try {
    begin(await api("POST", "api/session", { name: $("signin-name").value.trim(), password: $("signin-password").value }));
    $("signin-password").value = "";
  } catch (err) {
    setText($("signin-error"), `${err.message[0].toUpperCase()}${err.message.slice(1)}`);
    $("signin-password").select();
  } finally {
    $("signin-submit").disabled = false;
  }
});
$("sign-out").addEventListener("click", async () => {
  try {
    await api("DELETE", "api/session");
  } catch (err) {
    return say(err.message, "unsent");
  }
  tabs.postMessage("signed out");
  leave();
});
tabs.onmessage = () => leave();
$("nav-calls").addEventListener("click", () => view("calls"));
$("nav-board").addEventListener("click", () => view("board"));

// boot finds out who is signed in, and asks again until the server answers.
async function boot(wait = 1000) {
  try {
    begin(await api("GET", "api/session"));
  } catch (err) {
    if (err.status === 401) return leave();
    setText($("connection"), "The server can't be reached. Trying again…");
    $("connection").hidden = false;
    setTimeout(boot, wait, Math.min(wait * 2, 15000));
  }
}
boot();
