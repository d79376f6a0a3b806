import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/**
 * How the proxy treats a command: it is answered with `OK` and not done, answered with `NO`, never answered, its connection is cut, or something is done before
 * it goes on.
 */
export type ImapFault = 'accept' | 'refuse' | 'hang' | 'cut' | (() => void);

export interface ImapProxyRules {
  /** Which command, as the client sends it, fares how. */
  readonly commands?: readonly (readonly [RegExp, ImapFault])[];
  /** Changes what the server answers. */
  readonly answer?: (text: string) => string;
}

export interface GivenImapProxy {
  readonly port: number;
  /** The lines that the client sent, without their tags. */
  readonly lines: readonly string[];
  readonly connections: () => number;
}

const open = new Map<Server, Set<Socket>>();

/** Stands between a client and a real IMAP server, and makes single commands fail; closed by {@link closeImapProxies}. */
export async function givenImapProxy(target: number, rules: ImapProxyRules = {}): Promise<GivenImapProxy> {
  const lines: string[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;
  const server = createServer((client) => {
    connections += 1;
    const upstream = connect(target, '127.0.0.1');
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        client.destroy();
        upstream.destroy();
      });
    }
    upstream.on('data', (chunk: Buffer) => {
      client.write(rules.answer === undefined ? chunk : Buffer.from(rules.answer(chunk.toString('latin1')), 'latin1'));
    });
    client.on('data', (chunk: Buffer) => {
      for (const line of chunk.toString('latin1').split(/(?<=\r\n)/)) {
        const [tag = '', ...words] = line.trim().split(' ');
        lines.push(words.join(' '));
        const [, fault] = rules.commands?.find(([pattern]) => pattern.test(line)) ?? [];
        if (fault === 'accept') client.write(`${tag} OK done\r\n`);
        else if (fault === 'refuse') client.write(`${tag} NO refused\r\n`);
        else if (fault === 'cut') client.destroy();
        else if (fault !== 'hang') {
          fault?.();
          upstream.write(line, 'latin1');
        }
      }
    });
  });
  open.set(server, sockets);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { port: (server.address() as AddressInfo).port, lines, connections: () => connections };
}

export async function closeImapProxies(): Promise<void> {
  const servers = [...open];
  open.clear();
  await Promise.all(
    servers.map(([server, sockets]) => {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(resolve));
    }),
  );
}
