/** Posts a form of this site and reads the page that answers, as an inert document: its scripts never run. */
import { RequestError } from "../lib/request.js";

const TIMEOUT_MS = 20_000;

/**
 * @param {string} url
 * @param {FormData} data
 * @param {{signal?: AbortSignal}} options
 * @returns {Promise<Document>} the page, a refusal with its sentences (409, 422) included
 */
export async function postForm(url, data, { signal } = {}) {
  const limit = AbortSignal.timeout(TIMEOUT_MS);
  let response;
  try {
    response = await fetch(url, {
      method: "POST",
      body: new URLSearchParams([...data].filter(([, value]) => typeof value === "string")),
      headers: { Accept: "text/html" },
      redirect: "error",
      signal: signal ? AbortSignal.any([signal, limit]) : limit,
    });
    if (!response.ok && response.status !== 409 && response.status !== 422) throw new RequestError("http", response.status);
    return new DOMParser().parseFromString(await response.text(), "text/html");
  } catch (error) {
    if (signal?.aborted) throw new DOMException("replaced", "AbortError");
    throw error instanceof RequestError ? error : new RequestError("network");
  }
}
