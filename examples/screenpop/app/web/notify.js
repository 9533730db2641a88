// What tells of a ringing call where the page is not looked at: a notification of the desktop, and the title of the tab.

import { other, title } from "./words.js";

const shown = new Map(); // Party key to Notification

export function offer(button) {
  const able = "Notification" in window;
  button.hidden = !able || Notification.permission !== "default";
  button.onclick = async () => {
    await Notification.requestPermission();
    button.hidden = Notification.permission !== "default";
  };
}

export function ring(party) {
  if (!("Notification" in window) || Notification.permission !== "granted" || document.hasFocus()) return;
  const who = other(party);
  try {
    const note = new Notification(title(who), { body: [who.number, party.queue && `Queue ${party.queue}`, party.did].filter(Boolean).join(" · "), tag: party.key });
    note.onclick = () => { window.focus(); note.close(); };
    shown.set(party.key, note);
  } catch { /* a phone's browser has no such notifications */ }
}

// badge shows in the title how many calls ring, and takes back notifications of those that do no more.
export function badge(own) {
  const ringing = own.filter((party) => party.state === "ringing");
  const missed = own.filter((party) => party.ending === "missed" || party.ending === "abandoned");
  document.title = ringing.length ? `☎ ${title(other(ringing[0]))} rings` : missed.length ? `(${missed.length}) Screen-pop` : "Screen-pop";
  const keys = new Set(ringing.map((party) => party.key));
  for (const [key, note] of shown) if (!keys.has(key)) { note.close(); shown.delete(key); }
}
