// The server's API. What goes wrong is an Error with words for the user, and its status: 0 if the server was not reached.

export async function api(method, path, body) {
  let response;
  try {
    response = await fetch(path, {
      method,
      headers: body ? { "Content-Type": "application/json" } : {},
      body: body && JSON.stringify(body),
      signal: AbortSignal.timeout(15000),
    });
  } catch {
    throw Object.assign(new Error("The server can't be reached."), { status: 0 });
  }
  if (response.status === 204) return null;
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw Object.assign(new Error(answer.error ?? response.statusText), { status: response.status });
  return answer;
}
