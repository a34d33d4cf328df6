/** The only door to the network: time limit, abort, errors that say what happened. */

const TIMEOUT_MS = 10_000;

/** A request that failed. `kind` is "network" (nothing came), "http" (a refusal) or "format" (unreadable). */
export class RequestError extends Error {
  /**
   * @param {"network"|"http"|"format"} kind
   * @param {number} status HTTP status, 0 when there was none
   */
  constructor(kind, status = 0) {
    super(`${kind} ${status}`);
    this.name = "RequestError";
    this.kind = kind;
    this.status = status;
  }
}

/** True when the request was given up on purpose, because a newer one replaced it. */
export function isAbort(error) {
  return error instanceof DOMException && error.name === "AbortError";
}

async function send(url, accept, signal) {
  const limit = AbortSignal.timeout(TIMEOUT_MS);
  const either = signal ? AbortSignal.any([signal, limit]) : limit;
  let response;
  try {
    response = await fetch(url, { headers: { Accept: accept }, signal: either });
  } catch (error) {
    if (signal?.aborted) throw new DOMException("replaced", "AbortError");
    throw new RequestError("network");
  }
  if (!response.ok) {
    // An answer that nobody reads would keep its connection.
    response.body?.cancel();
    throw new RequestError("http", response.status);
  }
  return response;
}

/**
 * @param {string|URL} url
 * @param {{signal?: AbortSignal}} options
 * @returns {Promise<any>} the decoded JSON
 */
export async function requestJson(url, { signal } = {}) {
  const response = await send(url, "application/json, application/geo+json", signal);
  try {
    return await response.json();
  } catch (error) {
    if (signal?.aborted) throw new DOMException("replaced", "AbortError");
    throw new RequestError("format", response.status);
  }
}

/**
 * A page of this site as an inert document: its scripts never run.
 * @param {string|URL} url
 * @param {{signal?: AbortSignal}} options
 * @returns {Promise<Document>}
 */
export async function requestPage(url, { signal } = {}) {
  const response = await send(url, "text/html", signal);
  try {
    return new DOMParser().parseFromString(await response.text(), "text/html");
  } catch (error) {
    if (signal?.aborted) throw new DOMException("replaced", "AbortError");
    throw new RequestError("network", response.status);
  }
}

/** Runs one task at a time: a new one aborts the one before. */
export class Latest {
  #controller = null;

  /** @returns {AbortSignal} the signal of the new task */
  start() {
    this.#controller?.abort();
    this.#controller = new AbortController();
    return this.#controller.signal;
  }
}
