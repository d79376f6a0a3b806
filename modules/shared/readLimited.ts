/**
 * The body of an answer as text.
 *
 * @throws an error when it is larger than `bytes`; the rest of it is not read.
 */
export async function readLimited(response: Response, bytes: number): Promise<string> {
  const decoder = new TextDecoder();
  let read = 0;
  let text = '';
  for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    read += chunk.byteLength;
    if (read > bytes) throw new Error(`The answer is larger than ${bytes} bytes.`);
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}
