import { createServer, type AddressInfo, type Server } from 'node:net';

import { SMTPServer, type SMTPServerOptions } from 'smtp-server';

interface OfferedMail {
  readonly user: string | undefined;
  readonly from: string;
  readonly to: readonly string[];
  readonly source: string;
}

export interface GivenSmtpServer {
  readonly port: number;
  /** Every mail that came through, also those that were then refused. */
  readonly mails: readonly OfferedMail[];
  /** How many connections there were. */
  readonly connections: () => number;
}

/** The server's answer to a mail: a status and a text. */
export interface SmtpReply {
  readonly status: number;
  readonly text: string;
}

export interface SmtpScript {
  readonly password: string;
  /** Refusals of the first mails, in order; later ones are taken. */
  readonly refusals?: readonly SmtpReply[];
  /** Refuses some recipients. */
  readonly recipient?: (address: string) => SmtpReply | undefined;
  /** Returns the answer to a wrong password. */
  readonly denial?: (password: string) => string;
  readonly options?: SMTPServerOptions;
}

const open = new Set<{ close: (done: () => void) => void }>();

const failure = ({ status, text }: SmtpReply): Error => Object.assign(new Error(text), { responseCode: status });

/** A real SMTP server on loopback; closed by {@link closeSmtpServers}. */
export async function givenSmtpServer(script: SmtpScript): Promise<GivenSmtpServer> {
  const mails: OfferedMail[] = [];
  const refusals = [...(script.refusals ?? [])];
  let connections = 0;
  const server = new SMTPServer({
    hideSTARTTLS: true,
    allowInsecureAuth: true,
    onConnect: (_session, done) => {
      connections += 1;
      done();
    },
    onAuth: ({ username, password }, _session, done) => {
      if (password === script.password) done(null, { user: username });
      else done(failure({ status: 535, text: script.denial?.(password ?? '') ?? 'denied' }));
    },
    onRcptTo: ({ address }, _session, done) => {
      const refusal = script.recipient?.(address);
      done(refusal === undefined ? null : failure(refusal));
    },
    onData: (stream, session, done) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const refusal = refusals.shift();
        const { mailFrom, rcptTo } = session.envelope;
        mails.push({
          user: session.user as string | undefined,
          from: mailFrom === false ? '' : mailFrom.address,
          to: rcptTo.map(({ address }) => address),
          source: Buffer.concat(chunks).toString(),
        });
        done(refusal === undefined ? null : failure(refusal));
      });
    },
    ...script.options,
  });
  // What goes wrong with a connection is what the tests are about.
  server.on('error', () => undefined);
  open.add(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.server.address() as AddressInfo;
  return { port, mails, connections: () => connections };
}

/** A server that accepts connections and says `greeting`, then nothing more. */
export async function givenSilentServer(
  greeting = '',
): Promise<{ readonly port: number; readonly received: () => string }> {
  let received = '';
  const sockets = new Set<{ destroy: () => void }>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('data', (chunk: Buffer) => (received += chunk.toString()));
    if (greeting !== '') socket.write(greeting);
  });
  open.add({
    close: (done) => {
      for (const socket of sockets) socket.destroy();
      server.close(done);
    },
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { port: (server.address() as AddressInfo).port, received: () => received };
}

export async function closeSmtpServers(): Promise<void> {
  const servers = [...open];
  open.clear();
  await Promise.all(servers.map((server) => new Promise<void>((resolve) => server.close(resolve))));
}
