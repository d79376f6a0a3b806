import { request, type IncomingMessage, type OutgoingHttpHeaders } from 'node:http';

/** One event of a stream, as a browser would have it. */
interface ReadEvent {
  readonly event: string;
  readonly data: {
    readonly at: string;
    readonly sessionId: string;
    readonly state: string;
    readonly events: Readonly<Record<string, number>>;
    readonly listeners: readonly {
      readonly name: string;
      readonly state: string;
      readonly tasks: readonly unknown[];
    }[];
  };
}

export interface EventReader {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  /** Everything that came, comments included. */
  readonly text: () => string;
  /** Resolves with the next event that was not taken yet. */
  readonly next: () => Promise<ReadEvent>;
  readonly closed: Promise<void>;
  readonly hangUp: () => void;
}

/** Reads `/api/events` of the server as a client would, on a connection of its own. */
export function readEvents(url: string, path = '/api/events', headers: OutgoingHttpHeaders = {}): Promise<EventReader> {
  return new Promise((resolve, reject) => {
    const outgoing = request(`${url}${path}`, { agent: false, headers }, (response) => {
      let text = '';
      const events: ReadEvent[] = [];
      const waiting: ((event: ReadEvent) => void)[] = [];
      let rest = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        text += chunk;
        rest += chunk;
        const blocks = rest.split('\n\n');
        rest = blocks.pop() ?? '';
        for (const event of blocks.flatMap(parse)) (waiting.shift() ?? ((each) => void events.push(each)))(event);
      });
      response.on('error', () => undefined);
      resolve({
        status: response.statusCode ?? 0,
        headers: response.headers,
        text: () => text,
        next: async () => events.shift() ?? new Promise((taken) => waiting.push(taken)),
        closed: new Promise((done) => response.once('close', done)),
        hangUp: () => outgoing.destroy(),
      });
    });
    outgoing.on('error', reject);
    outgoing.end();
  });
}

function parse(block: string): ReadEvent[] {
  const event = /^event: (.*)$/m.exec(block)?.[1];
  const data = /^data: (.*)$/m.exec(block)?.[1];
  return event === undefined || data === undefined ? [] : [{ event, data: JSON.parse(data) as ReadEvent['data'] }];
}
