import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/**
 * Passes connections on to a port, until it swallows: then nothing passes in either direction and nobody is told, as when a
 * network is partitioned. What was sent meanwhile arrives when it is mended, as TCP would deliver it.
 */
export class SwallowingProxy {
  readonly #target: number;
  readonly #server: Server;
  readonly #pairs = new Set<readonly [Socket, Socket]>();
  /** Connections that came while it swallowed. */
  #waiting: Socket[] = [];
  #swallows = false;
  #toCut = 0;
  #cut = 0;

  private constructor(target: number) {
    this.#target = target;
    this.#server = createServer((socket) => {
      socket.on('error', () => socket.destroy());
      if (this.#toCut > 0) {
        this.#toCut--;
        this.#cut++;
        socket.destroy();
      } else if (this.#swallows) this.#waiting.push(socket);
      else this.#join(socket);
    });
  }

  /** Listens on a port of its own. */
  static async to(target: number): Promise<SwallowingProxy> {
    const proxy = new SwallowingProxy(target);
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    return proxy;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Ends the next `count` connections as soon as they are there. */
  cutNext(count: number): void {
    this.#toCut = count;
  }

  /** The number of connections that {@link cutNext} has ended. */
  get cut(): number {
    return this.#cut;
  }

  /** Lets no answers through any more: what is asked for arrives, and nobody is told. */
  swallowAnswers(): void {
    for (const [, far] of this.#pairs) far.pause();
  }

  /** Lets nothing through any more. */
  swallow(): void {
    this.#swallows = true;
    for (const pair of this.#pairs) {
      for (const socket of pair) socket.pause();
    }
  }

  /** Lets everything through again, first all that was held back. */
  mend(): void {
    this.#swallows = false;
    for (const pair of this.#pairs) {
      for (const socket of pair) socket.resume();
    }
    for (const socket of this.#waiting) if (!socket.destroyed) this.#join(socket);
    this.#waiting = [];
  }

  async close(): Promise<void> {
    for (const pair of this.#pairs) {
      for (const socket of pair) socket.destroy();
    }
    for (const socket of this.#waiting) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #join(near: Socket): void {
    const far = connect(this.#target, '127.0.0.1');
    const pair = [near, far] as const;
    this.#pairs.add(pair);
    near.setNoDelay(true);
    far.setNoDelay(true);
    for (const [from, to] of [pair, [far, near] as const]) {
      from.on('data', (data) => to.write(data));
      from.on('error', () => from.destroy());
      from.on('close', () => {
        this.#pairs.delete(pair);
        to.destroy();
      });
    }
  }
}
