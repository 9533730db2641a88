// The server's time: the clock of a browser may be wrong by minutes, and timers count from the server's times.

let clock = { now: () => new Date() };

// follow takes the time from a connection, which the gateway has told its time.
export function follow(pbx) {
  clock = pbx;
}

// since is the time from a moment to another, or to now, as 1:05 or 2:00:07; empty for none.
export function since(moment, until) {
  const from = Date.parse(moment ?? "");
  if (Number.isNaN(from)) return "";
  return duration((until ? Date.parse(until) : clock.now().getTime()) - from);
}

export function duration(ms) {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const two = (n) => String(n).padStart(2, "0");
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return h ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

// time and day are moments in words, by the browser's time zone.
export const time = (moment) => new Date(moment).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
export const day = (moment) => new Date(moment).toLocaleString([], { dateStyle: "medium", timeStyle: "short" });
