import { createTestApplication, type TestApplication } from 'daemonry/testing';

import { GuestBook, guestBookModule } from '../modules/guest_book';
import { Greeter } from '../src/Greeter';

describe('Greeter', () => {
  const givenGreeter = (
    greeter: Readonly<Record<string, unknown>> = {},
    now = '2030-01-01T00:00:00Z',
  ): Promise<TestApplication> =>
    createTestApplication({
      listeners: [Greeter],
      modules: [guestBookModule()],
      now,
      config: { values: { greeter } },
    });

  it('greets every ten seconds, on the dot', async () => {
    const app = await givenGreeter();
    await app.start();
    await app.clock.advance('30s');

    expect(app.runs('greeter').map(({ scheduledAt, outcome }) => [scheduledAt, outcome])).toEqual([
      ['2030-01-01T00:00:10.000Z', 'succeeded'],
      ['2030-01-01T00:00:20.000Z', 'succeeded'],
      ['2030-01-01T00:00:30.000Z', 'succeeded'],
    ]);
  });

  it('says what its settings say', async () => {
    const app = await givenGreeter({ audience: 'Ada' });
    await app.start();
    await app.tick('greeter');

    expect(app.container.get(GuestBook).entries).toEqual(['Hello, Ada!']);
  });

  it('begins a new page at three in the morning', async () => {
    const app = await givenGreeter({}, '2030-01-01T02:59:55Z');
    await app.start();
    await app.tick('greeter');
    await app.clock.advance('5s');

    expect(app.runs('greeter', { task: 'forget' })).toHaveLength(1);
    expect(app.container.get(GuestBook).entries).toEqual([]);
  });

  it('is refused with settings that do not fit', async () => {
    await expect(givenGreeter({ audience: '' })).rejects.toThrow('greeter.audience');
  });
});
