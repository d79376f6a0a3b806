import type { IncomingHttpHeaders, ServerResponse } from 'node:http';

import { givenHttpServer } from './givenHttpServer';

/** How a request is answered; one that ends nothing leaves the caller waiting. */
export type Reply = (response: ServerResponse) => void;

export interface ReceivedCall {
  /** The path, with its query. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export const json =
  (body: unknown, status = 200, headers: Record<string, string> = {}): Reply =>
  (response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
  };

/** Never answers. */
export const silence: Reply = () => undefined;

/** A server that answers each request as `replyTo` says, once it has been received whole. */
export async function givenReplies(
  replyTo: (call: ReceivedCall) => Reply | undefined,
): Promise<{ readonly url: string; readonly calls: readonly ReceivedCall[] }> {
  const calls: ReceivedCall[] = [];
  const { url } = await givenHttpServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { url: path = '', headers } = request;
      const call = { path, headers, body: Buffer.concat(chunks).toString() };
      calls.push(call);
      replyTo(call)?.(response);
    });
  });
  return { url, calls };
}
