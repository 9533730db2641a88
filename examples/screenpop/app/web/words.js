// What states are called.

export const endings = {
  answered: "Ended", elsewhere: "Answered elsewhere", missed: "Missed", abandoned: "Caller hung up",
  rejected: "Rejected", busy: "Busy", failed: "Could not be reached", noAnswer: "Nobody answered", cancelled: "Cancelled",
};

export const memberStates = {
  free: "Free", ringing: "Ringing", inCall: "In a call", busy: "Busy", wrapup: "After a call", paused: "Paused", unavailable: "Not reachable",
};

const partyStates = { calling: "Calling", ringing: "Ringing", talking: "Talking", parked: "Parked" };

// partyState is what a card says.
export function partyState(party) {
  if (party.state === "left") return endings[party.ending] ?? "Ended";
  if (party.held) return "You hold";
  if (party.onHold) return "On hold";
  return partyStates[party.state] ?? party.state;
}

export const directions = { inbound: "Incoming", outbound: "Outgoing", internal: "Internal" };

// causeOf is Asterisk's reason for an end that says too little by itself.
export const causeOf = (party) => (party.ending && party.ending !== "failed" ? "" : party.cause);

// other is who a Party talks with, or shall: the first of them.
export const other = (party) => party.with?.[0] ?? {};
export const title = (who) => who.name || who.number || "Unknown caller";

// outcome is what became of an action.
export function outcome(result, done) {
  switch (result.outcome) {
    case "done": return done;
    case "unsent": return result.reason || "It was not sent. Try again.";
    case "unknown": return result.reason || "Nobody knows whether that worked: look at the call.";
  }
  return result.reason || "That was refused.";
}

// results of past calls.
export const results = {
  answered: "answered", abandoned: "hung up while waiting", busy: "busy", "no answer": "nobody answered", congestion: "could not be reached", cancelled: "cancelled",
};
