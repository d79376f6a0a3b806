import { join } from 'node:path';

import { Identities } from 'daemonry';
import { createTestApplication, type TestApplication } from 'daemonry/testing';

import { readIdentity } from '../src/readIdentity';

const PACKAGE = join(__dirname, '..');

// region given
/** An application with the built package as a plugin, as an operator names it. */
const given = (settings: object = {}): Promise<TestApplication> =>
  createTestApplication({
    config: { values: { plugins: { paths: [PACKAGE], enabled: ['marvin'], settings: { marvin: settings } } } },
  });
// endregion given

describe('The plugin marvin', () => {
  it('is what its manifest says', async () => {
    const app = await given();

    expect(app.plan.plugins).toMatchObject([
      { name: 'marvin', state: 'enabled', package: 'daemonry-plugin-marvin', listeners: ['marvin_sighs'] },
    ]);
  });

  it('sighs on schedule, and counts', async () => {
    // region test
    const app = await given({ interval: '1m', gloom: 3 });
    await app.start();
    await app.clock.advance('3m');
    await app.stop();

    const lines = app.logs.filter(({ listener, message }) => listener === 'marvin_sighs' && message.startsWith('Sigh'));
    expect(lines.map(({ message, sighs }) => [message, sighs])).toEqual([
      ['Sigh...', 1],
      ['Sigh...', 2],
      ['Sigh...', 3],
    ]);
    // endregion test
  });

  it('gives the application its identity', async () => {
    const app = await given();
    await app.start();
    const identity = await app.container.get(Identities).current();

    expect(identity).toMatchObject({ name: 'Marvin', source: 'plugin marvin' });
    expect(identity.prompt).toContain('a brain the size of a planet');
  });

  it('is kept out by settings that are not valid, and the application goes on', async () => {
    const app = await given({ gloom: 11 });
    await app.start();

    expect(app.status().state).toBe('running');
    expect(app.plan.plugins[0]).toMatchObject({ state: 'failed', reason: expect.stringContaining('gloom') });
  });
});

describe('The identity of Marvin', () => {
  it('needs its texts', async () => {
    await expect(readIdentity('/no/such/folder')).rejects.toThrow('ENOENT');
  });
});
