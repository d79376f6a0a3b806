import { inspect } from 'node:util';

import { BackgroundDaemon, createApplication } from '../../src';
import { rejectionOf } from '../support/givenListener';

describe('a PlanError', () => {
  it('that nobody catches is printed with each problem once', async () => {
    @BackgroundDaemon({ name: 'Not A Name' })
    class Misnamed {}
    const creating = createApplication({
      name: 'shop',
      listeners: [Misnamed],
      config: { directory: false, env: false },
      logger: { log: () => undefined },
    });
    // Node prints an uncaught error as this does.
    const printed = inspect(await rejectionOf(creating), { customInspect: false });
    expect(printed.match(/"Not A Name" cannot be the name/g)).toHaveLength(1);
    expect(printed.match(/INVALID_NAME/g)).toHaveLength(1);
    expect(printed).toContain("code: 'PLAN_INVALID'");
  });
});
