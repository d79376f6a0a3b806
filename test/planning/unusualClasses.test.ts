import { ContainerModule } from 'inversify';

import { BackgroundDaemon, PeriodicTask } from '../../decorators/listeners';
import type { Class } from '../../src/container/Class';
import { createTestApplication } from '../../src/testing';

abstract class Counting<T> {
  #count = 0;
  readonly made: T[] = [];

  tick(): void {
    this.#count++;
    this.made.push(this.make(this.#count));
  }

  protected abstract make(count: number): T;
}

describe('A daemon may be written', () => {
  it.each<[string, () => Class]>([
    [
      'with a generic abstract base that has private fields, and a static block',
      () => {
        @BackgroundDaemon({ interval: '1s' })
        class Subject extends Counting<string> {
          static prefix: string;
          static {
            this.prefix = 'run';
          }
          protected make(count: number): string {
            return `${Subject.prefix} ${count}`;
          }
        }
        return Subject;
      },
    ],
    [
      'with a task that only its class and subclasses may call',
      () => {
        @BackgroundDaemon()
        class Subject {
          @PeriodicTask({ interval: '1s' })
          protected task(): void {
            // Runs.
          }
        }
        return Subject;
      },
    ],
    [
      'with a tick that a getter returns from a private field, which only an instance has',
      () => {
        @BackgroundDaemon({ interval: '1s' })
        class Subject {
          readonly #work = (): void => undefined;
          get tick(): () => void {
            return this.#work;
          }
        }
        return Subject;
      },
    ],
    [
      'with a tick that a getter returns',
      () => {
        @BackgroundDaemon({ interval: '1s' })
        class Subject {
          get tick(): () => void {
            return () => undefined;
          }
        }
        return Subject;
      },
    ],
  ])('%s', async (_how, subject) => {
    const app = await createTestApplication({ listeners: [subject()] });
    await app.start();
    await app.clock.advance('2s');

    expect(app.runs('subject').map(({ outcome }) => outcome)).toEqual(['succeeded', 'succeeded']);
  });

  it('as a Proxy around private fields, which fails its runs with the reason', async () => {
    @BackgroundDaemon({ interval: '1s' })
    class Subject {
      readonly #orders = ['one'];
      tick(): void {
        this.#orders.push('two');
      }
    }
    const module = new ContainerModule(({ bind }) => {
      bind(Subject).toDynamicValue(() => new Proxy(new Subject(), {}));
    });
    const app = await createTestApplication({ modules: [module] });
    await app.start();
    await app.clock.advance('1s');

    expect(app.runs('subject')).toMatchObject([
      { outcome: 'failed', error: { message: expect.stringContaining('private member #orders') as string } },
    ]);
  });
});
