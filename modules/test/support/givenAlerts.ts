import { Alerts, alertsModule } from '@daemonry/modules/alerts';
import { AuditLog } from '@daemonry/modules/audit_log';
import { CostLadder, type CostTier } from '@daemonry/modules/cost_ladder';
import { ProbeFindings, type ProbeStatus } from '@daemonry/modules/heartbeat_probes';
import { webModule } from '@daemonry/modules/web';
import { override } from 'daemonry/testing';

import { givenApplication, givenFolder } from './givenData';

/** An application with the alerts, over a cost ladder that says `tier`. */
export async function givenAlerts({ tier = 'normal', folder }: { tier?: CostTier; folder?: string } = {}) {
  const directory = folder ?? (await givenFolder());
  const ladder = {
    current: () => Promise.resolve({ tier, spentUsd: 151.239, budgetUsd: 200, usedPercent: 75.6 }),
  };
  const app = await givenApplication(directory, {
    modules: [webModule(), alertsModule()],
    overrides: [override(CostLadder, ladder as unknown as CostLadder)],
  });
  const { container } = app;
  const alerts = container.get(Alerts);
  const audit = container.get(AuditLog);
  const ids = async () => (await alerts.active()).map(({ id }) => id);
  const deny = (times: number) =>
    repeat(times, () =>
      audit.append(
        'capability.denied',
        { surface: 'mcp', caller: 'eve', capability: 'shell', reason: 'no' },
        { source: 'mcp' },
      ),
    );
  return { app, ladder, alerts, audit, ids, deny, directory, probes: container.get(ProbeFindings) };
}

export async function repeat(times: number, act: () => Promise<unknown>): Promise<void> {
  for (let done = 0; done < times; done++) await act();
}

export const finding = (name: string, status: ProbeStatus) => ({
  name,
  status,
  checkedAt: '2030-01-01T00:00:00.000Z',
  error: `${name} answered 500`,
});
