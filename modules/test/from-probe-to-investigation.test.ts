import { alertNotifierModule } from '@daemonry/modules/alert_notifier';
import { alertWakeModule } from '@daemonry/modules/alert_wake';
import { heartbeatProbesModule } from '@daemonry/modules/heartbeat_probes';
import { probeWakeModule } from '@daemonry/modules/probe_wake';

import { givenEngine } from './support/givenEngine';
import { endOperators, givenOperator, givenTelling } from './support/givenOperator';
import { givenReplies, json } from './support/givenReplies';
import { auditDetails } from './support/readAudit';

jest.setTimeout(30_000);

afterEach(endOperators);

describe('a service that fails', () => {
  it('is found, announced, investigated as an alert and as a probe, and nothing of it twice', async () => {
    const operator = await givenOperator();
    const engine = givenEngine();
    const billing = await givenReplies(() => json({}, 500));
    const { app, folder } = await givenTelling(operator, {
      modules: [
        heartbeatProbesModule(),
        alertNotifierModule(),
        probeWakeModule(),
        alertWakeModule(),
        ...engine.modules,
      ],
      overrides: engine.overrides,
      values: { heartbeat_probes: { endpoints: [{ name: 'billing', url: billing.url }] } },
    });

    await app.clock.advance('630s');

    expect(app.status().state).toBe('running');
    expect(operator.posts()).toEqual([
      expect.stringContaining('WARNING: billing is unhealthy.'),
      'WARNING: billing is unhealthy.\nThe disk is full.',
      'CRITICAL: billing is unhealthy: Answered 500 instead of 200 to 299.\nThe disk is full.',
    ]);
    expect(engine.questions.map(({ route }) => route)).toEqual(['alert_investigation', 'probe_investigation']);
    expect(await auditDetails(folder, 'probe.wake_requested')).toHaveLength(3);
    expect(await auditDetails(folder, 'notification.dispatched')).toHaveLength(1);
    expect(await auditDetails(folder, 'alert.investigation_completed')).toHaveLength(1);
    expect(await auditDetails(folder, 'probe.investigation_completed')).toHaveLength(1);
  });
});
