import { BackgroundDaemon, type PlanError } from '../../src';
import { createTestApplication } from '../../src/testing';
import { givenFolder } from './given';

@BackgroundDaemon({ interval: '1h' })
class Orders {
  tick(): void {
    return;
  }
}

describe('the content of a file that a variable names', () => {
  it.each([
    ['of an option', 'LISTENERS__ORDERS__STARTUP_TIMEOUT', 'hunter22'],
    ['below an option', 'LISTENERS__ORDERS__RESTART__LIMIT__WITHIN', 'hunter22'],
    ['of an option, as an object', 'LISTENERS__ORDERS__RESTART', '{"limit": {"within": "hunter22"}}'],
    ['of a section that is on or off', 'WATCHDOG', 'hunter22'],
    ['of a list', 'PLUGINS__PATHS', '[{"hunter22": "hunter22"}]'],
  ])('is in no problem: %s', async (_, variable, text) => {
    const file = `${givenFolder({ secret: text })}/secret`;
    const config = { directory: false, env: { [`DAEMONRY__${variable}_FILE`]: file } } as const;

    const refused = await createTestApplication({ listeners: [Orders], config }).then(
      () => undefined,
      (error: PlanError) => error,
    );

    expect(refused?.message).toContain('CONFIG_INVALID_VALUE');
    expect(refused?.message).toContain(`${variable}_FILE`);
    expect(refused?.message).not.toContain('hunter22');
  });
});
