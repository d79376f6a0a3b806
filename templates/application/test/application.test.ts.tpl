import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { durationMs, type Duration } from 'daemonry';
import { createTestApplication, type TestApplication } from 'daemonry/testing';

import { applicationOptions } from '../src/application';

const ROOT = join(__dirname, '..');

/** What only a deployment knows: a value here for each required setting and secret, such as 'orders.apiToken': 'a token'. */
const DEPLOYED = { 'web.host': '127.0.0.1', 'web.port': 0 };

describe('the application', () => {
  const givenApplication = (environment: string): Promise<TestApplication> =>
    createTestApplication({
      ...applicationOptions(),
      // Those that the configuration enables are loaded in tests as well.
      plugins: { from: ROOT },
      config: {
        directory: join(ROOT, 'config'),
        env: { DAEMONRY_ENV: environment },
        values: DEPLOYED,
      },
    });

  it.each(['development', 'production'])('starts with the configuration of %s, and stops cleanly', async (name) => {
    const app = await givenApplication(name);
    await app.start();
    expect(await app.health()).toMatchObject({ ready: true });

    const stopping = app.stop('the test is over');
    // production waits a while between the fall of readiness and the stop
    await app.clock.advance('10s');
    expect((await stopping).code).toBe(0);
  });

  it.each([
    ['deploy/kubernetes.yaml', /terminationGracePeriodSeconds: (\d+)/],
    ['deploy/{{name}}.service', /TimeoutStopSec=(\d+)/],
  ])('is given by %s all the time that its stop may take', async (file, pattern) => {
    const { plan } = await givenApplication('production');
    const given = Number(pattern.exec(readFileSync(join(ROOT, file), 'utf8'))?.[1]);

    // After the grace: a second for listeners that were cut, one for services, one for what is still open.
    expect(given).toBeGreaterThan(seconds(plan, 'shutdown.delay') + seconds(plan, 'shutdown.grace') + 3);
  });
});

function seconds({ values }: TestApplication['plan'], path: string): number {
  const value = values.find((candidate) => candidate.path === path)?.value;
  return durationMs(value as Duration) / 1_000;
}
