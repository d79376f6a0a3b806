/** What of the testing kit must not compile: each a mistake that people make. */
import 'daemonry/testing/matchers';

import { BackgroundDaemon } from 'daemonry';
import { auto, createTestApplication, override, stub, type TestApplication } from 'daemonry/testing';

class OrderStore {
  async read(id: string): Promise<number> {
    return id.length;
  }
}

@BackgroundDaemon()
class SlackClient {
  startup(): void {}
  async post(text: string): Promise<number> {
    return text.length;
  }
}

class Unrelated {
  write(): void {}
}

export const overrides = [
  // @ts-expect-error a method is missing
  override(OrderStore, {}),
  // @ts-expect-error a method is misspelt
  override(OrderStore, { raed: async () => 1 }),
  // @ts-expect-error a method returns something else
  override(OrderStore, { read: async () => 'text' }),
  // @ts-expect-error a class of something else
  override(OrderStore, Unrelated),
  // @ts-expect-error a token that is typed
  override<number>('answer', '42'),
  // @ts-expect-error a listener without one of its methods, but with a wrong one
  override(SlackClient, { post: async () => 'text' }),
  // @ts-expect-error a listener whose method is misspelt
  override(SlackClient, { pots: async () => 1 }),
];

export const stubs = [
  // @ts-expect-error a member that the class does not have
  stub(OrderStore, { raed: async () => 1 }),
  // @ts-expect-error a member beside the right one
  stub(OrderStore, { read: async () => 1, write: () => undefined }),
  // @ts-expect-error a method returns something else
  stub(OrderStore, { read: async () => 'text' }),
  // @ts-expect-error a method wants other parameters
  stub(OrderStore, { read: async (id: number) => id }),
  // @ts-expect-error an object of something else
  stub(OrderStore, new Unrelated()),
  // @ts-expect-error a class in place of an object
  stub(OrderStore, OrderStore),
  // @ts-expect-error a typed token
  stub<OrderStore>('orders', { read: 1 }),
  // @ts-expect-error a function has no members to choose from
  stub<(text: string) => void>('announce', {}),
];

// @ts-expect-error automatic fakes beside a wrong one
void createTestApplication({ overrides: auto([[OrderStore, { read: () => 'text' }]]) });

// @ts-expect-error a pair is typed as override() is
void createTestApplication({ overrides: [[OrderStore, { read: () => 'text' }]] });

// @ts-expect-error there is no such option
void createTestApplication({ override: [] });

// @ts-expect-error the kit decides the clock
void createTestApplication({ clock: undefined });

// @ts-expect-error a policy is a word
void createTestApplication({ leaks: false });

export function misuse(app: TestApplication): void {
  // @ts-expect-error there is no such event
  void app.until('run.ended');
  // @ts-expect-error a run has no such field
  void app.until('run.finished', ({ state }) => state === 'failed');
  // @ts-expect-error a duration has one short unit
  void app.until('run.finished', { within: '1 hour' });
  // @ts-expect-error a listener is named
  app.fault(OrderStore);
  // @ts-expect-error a tick fails a number of times
  app.fault('db').failTick('twice');
  // @ts-expect-error names are a list
  expect(app).toHaveStartedInOrder('db', 'web');
  // @ts-expect-error no such outcome
  expect(app).toHaveRun('db', { outcome: 'done' });
  // @ts-expect-error no such reason
  expect(app).toHaveSkipped('db', { reason: 'busy' });
  // @ts-expect-error no such phase
  expect(app).toBeBootFailure({ phase: 'start' });
}
