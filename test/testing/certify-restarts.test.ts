import { BackgroundDaemon, type StartupContext } from '../../src';
import { certifyReport } from '../../src/testing';

const CLAUSE = 'starts again after its shutdown, on the same instance';

describe('certify, of a daemon that declares restarts,', () => {
  it('finds one that cannot be started a second time', async () => {
    @BackgroundDaemon({ restart: 'on-failure' })
    class Queue {
      #isOpen = false;
      startup(): void {
        if (this.#isOpen) throw new Error('it is open already');
        this.#isOpen = true;
      }
    }
    const { clauses } = await certifyReport(Queue);
    const failed = clauses.find(({ name }) => name === CLAUSE);
    expect(failed?.error?.message).toContain('does not start a second time');
  });

  it('passes one that begins from nothing each time', async () => {
    @BackgroundDaemon({ restart: 'on-failure', interval: '1m' })
    class Queue {
      #isOpen = false;
      startup({ defer }: StartupContext): void {
        if (this.#isOpen) throw new Error('it is open already');
        this.#isOpen = true;
        defer(() => void (this.#isOpen = false));
      }
      tick(): void {}
    }
    const { clauses } = await certifyReport(Queue);
    expect(clauses.find(({ name }) => name === CLAUSE)).toMatchObject({ passed: true });
  });

  it('does not ask it of one that declares none', async () => {
    @BackgroundDaemon()
    class Quiet {}
    expect((await certifyReport(Quiet)).clauses.map(({ name }) => name)).not.toContain(CLAUSE);
  });
});
