import { createTestApplication } from 'daemonry/testing';

import { register } from '../src/plugin';

describe('the plugin {{kebab}}', () => {
  it('adds a daemon that is driven like any other', async () => {
    const app = await createTestApplication({ plugins: { enabled: [{ name: '{{kebab}}', register }] } });
    await app.start();
    await app.clock.advance('10m');

    expect(app.daemons.get('{{snake}}')?.pluginName).toBe('{{kebab}}');
    expect(app.runs('{{snake}}')).toHaveLength(2);
  });
});
