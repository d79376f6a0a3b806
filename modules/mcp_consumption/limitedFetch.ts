/** Of one answer of a server, after it has been unpacked. */
const MAX_ANSWER_BYTES = 16_777_216;

/**
 * The `fetch` of the MCP client. It follows no redirect, which could carry the token to another host, and reads no more of an
 * answer than 16 MiB. What a server says unasked is not listened to.
 */
export async function limitedFetch(url: string | URL, init: RequestInit = {}): Promise<Response> {
  // By this status a server says that it has no such stream.
  if (init.method === 'GET') return new Response(null, { status: 405 });
  const answer = await fetch(url, { ...init, redirect: 'error' });
  if (answer.body === null) return answer;
  let bytes = 0;
  const limit = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      bytes += chunk.byteLength;
      if (bytes <= MAX_ANSWER_BYTES) controller.enqueue(chunk);
      else controller.error(new Error(`The answer is larger than ${MAX_ANSWER_BYTES} bytes.`));
    },
  });
  const { status, statusText, headers } = answer;
  return new Response(answer.body.pipeThrough(limit), { status, statusText, headers });
}
