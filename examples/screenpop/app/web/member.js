// A member of a queue, in a list of the user's own queues or in a table of the team's.

import { button, el, field, setData, setText } from "./dom.js";
import { since, time } from "./clock.js";
import { memberStates } from "./words.js";

export function memberRow(member, context, tag) {
  const { pbx, run, settings, mayMember } = context;
  let shown = member;
  const reason = el("select", { "data-field": "reason" }, ...(settings.reasons ?? []).map((words) => el("option", {}, words)));
  const pause = button("pause", "Pause", () => run(pbx.pause(member.key, true, reason.value), "Paused."));
  const resume = button("resume", "Resume", () => run(pbx.pause(member.key, false), "No longer paused."));
  const logout = button("logout", "Log out", () => run(pbx.logout(member.key), "Logged out."));
  const name = field("name"), queue = field("queue"), state = field("state"), clock = field("since"), taken = field("taken");
  const attributes = { "data-member": member.key, "data-interface": member.interface, "data-queue": member.queue };
  const element = tag === "li"
    ? el("li", attributes, el("span", {}, queue, " ", el("span", { class: "tag" }, state, " ", clock)), el("span", { class: "buttons" }, reason, pause, resume, logout))
    : el("tr", attributes, el("td", {}, name), el("td", {}, queue), el("td", {}, state), el("td", {}, clock), el("td", {}, taken),
      el("td", { class: "actions" }, reason, pause, resume, logout));
  return {
    element,
    update(now) {
      shown = now;
      setData(element, "state", now.state);
      const who = now.name || now.interface;
      setText(name, who);
      setText(queue, now.queue);
      setText(state, (memberStates[now.state] ?? now.state) + (now.state === "paused" && now.reason ? `: ${now.reason}` : ""));
      setText(taken, String(now.callsTaken ?? 0));
      clock.title = now.since ? `since ${time(now.since)}` : "";
      const paused = now.state === "paused";
      const where = tag === "li" ? `in ${now.queue}` : `${who} in ${now.queue}`;
      for (const [part, show, words] of [
        [reason, !paused && mayMember(now, "pause"), "Reason to pause"], [pause, !paused && mayMember(now, "pause"), "Pause"],
        [resume, paused && mayMember(now, "pause"), "Resume"], [logout, now.dynamic && mayMember(now, "logout"), "Log out"]]) {
        part.hidden = !show;
        part.setAttribute("aria-label", `${words} ${where}`);
      }
      this.tick();
    },
    tick: () => setText(clock, since(shown.since)),
  };
}
